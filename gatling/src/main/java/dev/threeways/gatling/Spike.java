package dev.threeways.gatling;

import java.time.Duration;

/**
 * {@code -Dbase} requests per second, but {@code -Dpeak} for {@code -DspikeDuration} seconds from second
 * {@code -DspikeAt} on.
 */
public final class Spike extends PaymentSimulation {

    public Spike() {
        super(Spike::profile);
    }

    static RateProfile profile(SystemSettings s, Duration duration) {
        return RateProfile.spike(rate(s, "base", 50), rate(s, "peak", 500), s.seconds("spikeAt", 20, 0.1, 86_400),
                s.seconds("spikeDuration", 10, 0.1, 86_400), duration);
    }
}
