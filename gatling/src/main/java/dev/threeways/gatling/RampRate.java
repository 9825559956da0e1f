package dev.threeways.gatling;

import java.time.Duration;

/** Ramps from {@code -Dfrom} to {@code -Dto} requests per second, evenly over {@code -Dduration} seconds. */
public final class RampRate extends PaymentSimulation {

    public RampRate() {
        super(RampRate::profile);
    }

    static RateProfile profile(SystemSettings s, Duration duration) {
        return RateProfile.ramp(rate(s, "from", 10), rate(s, "to", 500), duration);
    }
}
