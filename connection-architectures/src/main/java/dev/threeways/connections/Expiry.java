package dev.threeways.connections;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What has to be over after a time that is the same for all, in the order in which it began: the first to expire is always
 * the first in line, so that neither beginning, nor ending, nor looking costs more with more of them.
 */
final class Expiry<T> {

    private final long nanos;

    private final LinkedHashMap<T, Long> begun = new LinkedHashMap<>();

    Expiry(long nanos) {
        this.nanos = nanos;
    }

    /** @param now {@link System#nanoTime()} */
    void begin(T what, long now) {
        begun.remove(what); // to the end of the line
        begun.put(what, now);
    }

    void end(T what) {
        begun.remove(what);
    }

    /** Hands over, and forgets, what has expired. */
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

    /** Until the first expires; {@link Long#MAX_VALUE} if there is nothing. */
    long nanosLeft(long now) {
        return begun.isEmpty() ? Long.MAX_VALUE : begun.firstEntry().getValue() + nanos - now;
    }
}
