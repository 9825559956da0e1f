package dev.threeways.simulator;

import java.time.Duration;

/**
 * Fate of a payment, decided in advance.
 *
 * @param latency from the receipt of the whole request to the outcome; has no meaning for {@link SimulatedOutcome#HANG}
 */
public record PaymentPlan(Duration latency, SimulatedOutcome outcome) {}
