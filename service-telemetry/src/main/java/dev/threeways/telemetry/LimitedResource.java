package dev.threeways.telemetry;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Something a service has a limited number of, and can run out of: requests in flight, connections, threads. Each stack
 * names its own and how to look at them; looking has to be cheap. A figure that a resource does not have is null.
 *
 * @param name as the meters name it, such as {@code database-connections}
 * @param used in use now
 * @param idle there, and not in use
 * @param waiting requests that wait for one
 * @param limit how many there can be
 */
public record LimitedResource(String name, LongSupplier used, @Nullable LongSupplier idle,
        @Nullable LongSupplier waiting, @Nullable LongSupplier limit) {

    public static LimitedResource of(String name, LongSupplier used) {
        return new LimitedResource(name, used, null, null, null);
    }

    public LimitedResource idle(LongSupplier idle) {
        return new LimitedResource(name, used, idle, waiting, limit);
    }

    public LimitedResource waiting(LongSupplier waiting) {
        return new LimitedResource(name, used, idle, waiting, limit);
    }

    public LimitedResource limit(LongSupplier limit) {
        return new LimitedResource(name, used, idle, waiting, limit);
    }
}
