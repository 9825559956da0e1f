package dev.threeways.connections;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Items that expire after the same time, in the order in which they began. The first to expire is always first in line.
 * So beginning, ending and checking cost the same, however many items there are.
 */
final class Expiry<T> {

    private final long nanos;

    private final LinkedHashMap<T, Long> begun = new LinkedHashMap<>();

    Expiry(long nanos) {
        this.nanos = nanos;
    }

    /** @param now {@link System#nanoTime()} */
    void begin(T what, long now) {
        begun.remove(what); // moves it to the end of the line
        begun.put(what, now);
    }

    void end(T what) {
        begun.remove(what);
    }

    /** Removes what has expired and hands it over. */
    void expire(long now, Consumer<T> expired) {
        while (!begun.isEmpty()) {
            Map.Entry<T, Long> first = begun.firstEntry();
            if (now - first.getValue() < nanos) {
                return;
            }
            begun.remove(first.getKey());
            expired.accept(first.getKey());
        }
    }

    /** Returns the time until the first item expires; {@link Long#MAX_VALUE} without items. */
    long nanosLeft(long now) {
        return begun.isEmpty() ? Long.MAX_VALUE : begun.firstEntry().getValue() + nanos - now;
    }
}
