package dev.threeways.gatling;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An arrival rate over time: segments, one after the other, in each of which the rate changes linearly.
 *
 * @param segments at least one
 */
record RateProfile(List<Segment> segments) {

    static final String STEPS = "steps such as 10s@200 or 5s@200-2000, with commas between them";

    private static final Pattern STEP = Pattern.compile("(\\d{1,5}(?:\\.\\d{1,3})?)s@(\\d{1,6})(?:-(\\d{1,6}))?");

    private static final double MILLISECOND = 1e-3;

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
         * Seconds from the segment's beginning until {@code arrivals} of its arrivals have come. The root of fromRate·t
         * + (toRate − fromRate)·t²/(2·seconds) = arrivals, in the form that does not cancel.
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

    /**
     * Segments as a person writes them: {@code 10s@200,5s@200-2000}.
     *
     * @param duration required sum of the segments
     * @throws IllegalArgumentException if the sum differs, or {@code text} is not readable
     */
    static RateProfile steps(String text, Duration duration) {
        List<Segment> segments = Arrays.stream(text.split(",", -1)).map(RateProfile::step).toList();
        double seconds = segments.stream().mapToDouble(Segment::seconds).sum();
        if (Math.abs(seconds - seconds(duration)) > MILLISECOND) {
            throw new IllegalArgumentException(String.format(Locale.ROOT,
                    "-Dsteps=%s: takes %.3f s, but -Dduration is %.3f", text, seconds, seconds(duration)));
        }
        return new RateProfile(segments);
    }

    private static Segment step(String text) {
        Matcher step = STEP.matcher(text);
        if (!step.matches()) {
            throw SystemSettings.invalid("steps", text, STEPS);
        }
        double from = Double.parseDouble(step.group(2));
        return new Segment(Double.parseDouble(step.group(1)), from,
                step.group(3) == null ? from : Double.parseDouble(step.group(3)));
    }

    /** Expected arrivals over the whole profile. */
    double arrivals() {
        return segments.stream().mapToDouble(Segment::arrivals).sum();
    }

    /**
     * The inverse of the cumulative rate.
     *
     * @param arrivals at most {@link #arrivals()}
     * @return nanoseconds from the beginning until this many arrivals are expected to have come
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
