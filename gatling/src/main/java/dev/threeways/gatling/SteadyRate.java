package dev.threeways.gatling;

/** {@code -Drate} requests per second for {@code -Dduration} seconds. */
public final class SteadyRate extends PaymentSimulation {

    public SteadyRate() {
        super((s, duration) -> RateProfile.steady(rate(s, "rate", 100), duration));
    }
}
