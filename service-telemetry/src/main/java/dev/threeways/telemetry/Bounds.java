package dev.threeways.telemetry;

import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Bounds of a stack beside the {@linkplain LimitedResource resources} it can run out of: its longest waits, the most it
 * reads. A stack asks the component that enforces a bound, where it can be asked, not the configuration.
 *
 * @param byName each name ends in the unit, as in {@code server-keep-alive-millis}; -1 is no bound
 */
public record Bounds(Map<String, LongSupplier> byName) {

    public Bounds {
        byName = Map.copyOf(byName);
    }
}
