package dev.threeways.telemetry;

import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What bounds a stack beside the {@linkplain LimitedResource resources} it can run out of: how long it waits at most, how much
 * it reads. A stack looks at what keeps to it, where that can be asked, and not at its configuration.
 *
 * @param byName each name ends in the unit, as in {@code server-keep-alive-millis}; -1 is no bound
 */
public record Bounds(Map<String, LongSupplier> byName) {

    public Bounds {
        byName = Map.copyOf(byName);
    }
}
