package dev.threeways.gatling;

/** From {@code -Dfrom} to {@code -Dto} requests per second, evenly over {@code -Dduration} seconds. */
public final class RampRate extends PaymentSimulation {

    public RampRate() {
        super((s, duration) -> RateProfile.ramp(rate(s, "from", 10), rate(s, "to", 500), duration));
    }
}
