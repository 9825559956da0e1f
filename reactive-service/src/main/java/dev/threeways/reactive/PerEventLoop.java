package dev.threeways.reactive;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;

/** Holds one value for each event loop, so that a request can stay on the loop it came in on. */
final class PerEventLoop<T> {

    private record Own<T>(EventExecutor loop, T value) {}

    private final List<Own<T>> owns = new ArrayList<>();

    /**
     * @param loops at least one
     * @param values at least one, for the loops in turn: if there are fewer than loops, some loops share one
     */
    PerEventLoop(Iterable<? extends EventExecutor> loops, List<? extends T> values) {
        for (EventExecutor loop : loops) {
            owns.add(new Own<>(loop, values.get(owns.size() % values.size())));
        }
    }

    /** Value of the calling event loop, or of the first loop if the caller is on none. */
    T get() {
        for (Own<T> own : owns) {
            if (own.loop().inEventLoop()) {
                return own.value();
            }
        }
        return owns.getFirst().value();
    }
}
