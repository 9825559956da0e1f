package dev.threeways.contract.fuzz;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Shrinkable;

/** Makes a failing value smaller, as long as it still fails. */
final class Shrinker {

    private final int atOnce;

    private final Duration atMost;

    /** @param atOnce candidates tried at a time */
    Shrinker(int atOnce, Duration atMost) {
        this.atOnce = atOnce;
        this.atMost = atMost;
    }

    /** @param fail tells for each of several values whether it fails */
    <T> Shrinkable<T> smallest(Shrinkable<T> failing, Function<List<T>, List<Boolean>> fail) {
        long deadline = System.nanoTime() + atMost.toNanos();
        Shrinkable<T> smallest = failing;
        Iterator<Shrinkable<T>> candidates = smallest.shrink().iterator();
        while (candidates.hasNext() && System.nanoTime() < deadline) {
            List<Shrinkable<T>> next = new ArrayList<>();
            while (candidates.hasNext() && next.size() < atOnce) {
                next.add(candidates.next());
            }
            int first = fail.apply(next.stream().map(Shrinkable::value).toList()).indexOf(true);
            if (first >= 0 && next.get(first).distance().compareTo(smallest.distance()) < 0) {
                smallest = next.get(first);
                candidates = smallest.shrink().iterator();
            }
        }
        return smallest;
    }
}
