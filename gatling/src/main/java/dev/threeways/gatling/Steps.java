package dev.threeways.gatling;

import org.jspecify.annotations.Nullable;

/**
 * Plays {@code -Dsteps}, one after the other, together {@code -Dduration} seconds. {@code 10s@200,5s@200-2000} is ten
 * seconds at 200 requests per second and five from 200 to 2,000.
 */
public final class Steps extends PaymentSimulation {

    public Steps() {
        super((s, duration) -> RateProfile.steps(text(s.text("steps")), duration));
    }

    private static String text(@Nullable String steps) {
        if (steps == null) {
            throw SystemSettings.invalid("steps", "", RateProfile.STEPS);
        }
        return steps;
    }
}
