package dev.threeways.gatling;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The intended time of every request of a run, decided before it begins. Latency counted from there holds the server
 * responsible for all the waiting it causes. That includes requests that could not be sent in time (Gil Tene's
 * "coordinated omission"). One profile, kind of arrivals and seed give one schedule, on every stack.
 *
 * <p>Both kinds of arrivals are placed on the profile's cumulative rate and mapped back to time by its inverse. The
 * k-th constant one is where k requests are due; Poisson ones are where a unit-rate Poisson process has them (time
 * rescaling, exact for any rate; Çinlar, Introduction to Stochastic Processes, 1975).
 */
final class ArrivalSchedule {

    /** Far more than any run here needs: 24 bytes each in memory, a row each in the log. */
    static final int MAX_ARRIVALS = 10_000_000;

    /** Absorbs rounding, so that 100/s for 0.29 s is 29 requests, not 30. */
    private static final double ROUNDING = 1e-6;

    private final long[] offsetNanos;

    private ArrivalSchedule(long[] offsetNanos) {
        this.offsetNanos = offsetNanos;
    }

    /** @throws IllegalArgumentException if the profile gives no request, or too many */
    static ArrivalSchedule of(RateProfile profile, Arrivals arrivals, long seed) {
        double expected = profile.arrivals();
        if (expected > MAX_ARRIVALS) {
            throw new IllegalArgumentException(String.format(Locale.ROOT,
                    "%.0f requests are planned, at most %d can be: lower the rate or the duration", expected,
                    MAX_ARRIVALS));
        }
        long[] offsets = switch (arrivals) {
            case CONSTANT -> constant(profile, expected);
            case POISSON -> poisson(profile, expected, new SplittableRandom(seed));
        };
        if (offsets.length == 0) {
            throw new IllegalArgumentException(String.format(Locale.ROOT,
                    "Rate and duration give no request at all (%.3f expected): raise one of them", expected));
        }
        return new ArrivalSchedule(offsets);
    }

    private static long[] constant(RateProfile profile, double expected) {
        long[] offsets = new long[(int) Math.ceil(expected - ROUNDING)];
        Arrays.setAll(offsets, profile::nanosUntil);
        return offsets;
    }

    private static long[] poisson(RateProfile profile, double expected, SplittableRandom random) {
        // Six standard deviations above the mean; grown if that is exceeded.
        long[] offsets = new long[(int) (expected + 6 * Math.sqrt(expected) + 16)];
        int size = 0;
        for (double due = exponential(random); due < expected; due += exponential(random)) {
            if (size == offsets.length) {
                offsets = Arrays.copyOf(offsets, size * 2);
            }
            offsets[size++] = profile.nanosUntil(due);
        }
        return Arrays.copyOf(offsets, size);
    }

    /** An exponential variate of mean 1. {@code nextDouble} is in [0, 1), so the logarithm's argument is never 0. */
    private static double exponential(SplittableRandom random) {
        return -Math.log(1 - random.nextDouble());
    }

    int size() {
        return offsetNanos.length;
    }

    /** Due time of request {@code n}, in nanoseconds from the run's beginning. Not decreasing in {@code n}. */
    long offsetNanos(int n) {
        return offsetNanos[n];
    }

    /** Requests due in each second of the run. */
    int[] countsPerSecond() {
        long nanosPerSecond = Duration.ofSeconds(1).toNanos();
        int[] counts = new int[(int) (offsetNanos[offsetNanos.length - 1] / nanosPerSecond) + 1];
        for (long offset : offsetNanos) {
            counts[(int) (offset / nanosPerSecond)]++;
        }
        return counts;
    }
}
