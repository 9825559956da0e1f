package dev.threeways.gatling;

import java.time.Duration;

/** {@code -Drate} requests per second for {@code -Dduration} seconds. */
public final class SteadyRate extends PaymentSimulation {

    public SteadyRate() {
        super(SteadyRate::profile);
    }

    static RateProfile profile(SystemSettings s, Duration duration) {
        return RateProfile.steady(rate(s, "rate", 100), duration);
    }
}
