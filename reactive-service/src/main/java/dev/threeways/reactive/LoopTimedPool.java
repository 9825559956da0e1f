package dev.threeways.reactive;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** A pool whose acquire timeout runs on the event loops; its own would run on threads beside them. */
final class LoopTimedPool extends ConnectionPool {

    /** Reactor looks here for what to do with a value that came after its timeout. */
    private static final String ON_NEXT_DROPPED = "reactor.onNextDropped.local";

    private final Mono<Connection> create;

    /** @param configuration without a time to acquire */
    LoopTimedPool(ConnectionPoolConfiguration configuration, Duration acquireTime, LoopScheduler timer) {
        super(configuration);
        Consumer<Object> giveBack = LoopTimedPool::giveBack;
        create = super.create()
                .timeout(acquireTime, tooLate(acquireTime), timer)
                .contextWrite(context -> context.put(ON_NEXT_DROPPED, giveBack));
    }

    /** Fails with an {@link R2dbcTimeoutException} if no connection comes free in time. */
    @Override
    public Mono<Connection> create() {
        return create;
    }

    private static Mono<Connection> tooLate(Duration acquireTime) {
        return Mono.error(() -> new R2dbcTimeoutException("No connection came free within " + acquireTime));
    }

    private static void giveBack(Object late) {
        if (late instanceof Connection connection) {
            Mono.from(connection.close()).subscribe();
        }
    }
}
