package dev.threeways.gatling;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Monotonic time, with the wall-clock time at its origin, so that records made here can be compared with those of other
 * processes.
 */
final class RunClock {

    private final long originNanos = System.nanoTime();

    private final Instant originInstant = Instant.now();

    long micros(long nanoTime) {
        return Math.floorDiv(nanoTime - originNanos, 1_000L);
    }

    long originEpochMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, originInstant);
    }

    long epochMillis(long nanoTime) {
        return originInstant.plusNanos(nanoTime - originNanos).toEpochMilli();
    }
}
