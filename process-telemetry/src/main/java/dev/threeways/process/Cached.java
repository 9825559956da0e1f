package dev.threeways.process;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks again only after a while: one scrape reads the same value dozens of times, once for each of its meters. */
final class Cached<T> implements Supplier<T> {

    private final Supplier<T> look;

    private final long maxAgeNanos;

    private @Nullable T value;

    private long seenNanos;

    Cached(Supplier<T> look, Duration maxAge) {
        this.look = look;
        this.maxAgeNanos = maxAge.toNanos();
    }

    @Override
    public synchronized T get() {
        T seen = value;
        if (seen == null || System.nanoTime() - seenNanos > maxAgeNanos) {
            seen = look.get();
            value = seen;
            seenNanos = System.nanoTime();
        }
        return seen;
    }
}
