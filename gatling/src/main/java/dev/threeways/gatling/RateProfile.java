package dev.threeways.gatling;

import java.time.Duration;
import java.util.List;

/**
 * An arrival rate over time: segments, one after the other, in each of which the rate changes linearly.
 *
 * @param segments at least one
 */
record RateProfile(List<Segment> segments) {

    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * @param seconds positive
     * @param fromRate requests per second at the segment's beginning
     * @param toRate requests per second at its end
     */
    record Segment(double seconds, double fromRate, double toRate) {

        Segment {
            if (!(seconds > 0) || !(fromRate >= 0) || !(toRate >= 0)) {
                throw new IllegalArgumentException("A segment needs a positive duration and rates of at least 0, not "
                        + seconds + " s from " + fromRate + " to " + toRate + " requests/s");
            }
        }

        double arrivals() {
            return (fromRate + toRate) / 2 * seconds;
        }

        /**
         * When {@code arrivals} of this segment's arrivals have come, in seconds from its beginning: the root of
         * fromRate·t + (toRate − fromRate)·t²/(2·seconds) = arrivals, in the form that does not cancel.
         */
        double secondsUntil(double arrivals) {
            double slope = (toRate - fromRate) / seconds;
            double root = Math.sqrt(Math.max(0, fromRate * fromRate + 2 * slope * arrivals));
            return arrivals == 0 ? 0 : Math.min(seconds, 2 * arrivals / (fromRate + root));
        }
    }

    RateProfile {
        segments = List.copyOf(segments);
        if (segments.isEmpty()) {
            throw new IllegalArgumentException("A rate profile needs a segment");
        }
    }

    static RateProfile steady(double rate, Duration duration) {
        return ramp(rate, rate, duration);
    }

    static RateProfile ramp(double from, double to, Duration duration) {
        return new RateProfile(List.of(new Segment(seconds(duration), from, to)));
    }

    /**
     * {@code base}, but {@code peak} for {@code length} from {@code at} on.
     *
     * @throws IllegalArgumentException if the peak does not lie strictly within {@code duration}
     */
    static RateProfile spike(double base, double peak, Duration at, Duration length, Duration duration) {
        Duration rest = duration.minus(at).minus(length);
        if (!at.isPositive() || !length.isPositive() || !rest.isPositive()) {
            throw new IllegalArgumentException(
                    "A spike at " + at + " for " + length + " does not lie within the run of "
                            + duration + ": begin it later than 0, and end it before the run ends");
        }
        return new RateProfile(List.of(new Segment(seconds(at), base, base), new Segment(seconds(length), peak, peak),
                new Segment(seconds(rest), base, base)));
    }

    /** Expected arrivals over the whole profile. */
    double arrivals() {
        return segments.stream().mapToDouble(Segment::arrivals).sum();
    }

    /**
     * The inverse of the cumulative rate.
     *
     * @param arrivals at most {@link #arrivals()}
     * @return nanoseconds from the beginning until so many arrivals are expected to have come
     */
    long nanosUntil(double arrivals) {
        double begin = 0;
        double left = arrivals;
        for (Segment segment : segments) {
            if (left < segment.arrivals()) {
                return Math.round((begin + segment.secondsUntil(left)) * NANOS_PER_SECOND);
            }
            left -= segment.arrivals();
            begin += segment.seconds();
        }
        return Math.round(begin * NANOS_PER_SECOND);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS_PER_SECOND;
    }
}
