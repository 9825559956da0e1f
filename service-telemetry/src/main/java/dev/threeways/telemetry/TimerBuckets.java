package dev.threeways.telemetry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Bounds of histograms that many timers have: 1, 2 and 5 of each power of ten. A quantile read from them is good enough
 * to see where time goes. Micrometer's default of a hundred buckets costs each scrape milliseconds.
 */
public final class TimerBuckets {

    private static final Duration SMALLEST = Duration.ofNanos(100_000);

    private static final Duration LARGEST = Duration.ofSeconds(10);

    private TimerBuckets() {}

    /** Bounds 0.1 ms to 10 s. */
    public static Duration[] oneTwoFive() {
        List<Duration> bounds = new ArrayList<>();
        for (Duration decade = SMALLEST; decade.compareTo(LARGEST) < 0; decade = decade.multipliedBy(10)) {
            bounds.addAll(List.of(decade, decade.multipliedBy(2), decade.multipliedBy(5)));
        }
        bounds.add(LARGEST);
        return bounds.toArray(Duration[]::new);
    }
}
