package dev.threeways.reactive;

import io.netty.util.concurrent.EventExecutor;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * A pool of database connections for each event loop, together as large as one would be. A request reads over a
 * connection of the loop it runs on. If none of those is free it takes a free one of another loop, and goes on there.
 * If none is free anywhere it waits where the queue is shortest.
 */
final class LoopPools implements ConnectionFactory, Disposable {

    /** Makes one of the pools. */
    interface Maker {

        /**
         * @param loop the event loop its connections have to be opened on
         * @param share its share of something there are {@code total} of
         */
        ConnectionPool pool(EventExecutor loop, Share share);
    }

    /** One of {@code count} parts, as equal as they can be. */
    record Share(int index, int count) {

        int of(int total) {
            return total / count + (index < total % count ? 1 : 0);
        }
    }

    private final List<ConnectionPool> pools = new ArrayList<>();

    private final PerEventLoop<ConnectionPool> own;

    private final AtomicBoolean opened = new AtomicBoolean();

    /** @param maxSize of all pools together; if there are fewer connections than loops, some loops share a pool */
    LoopPools(Iterable<EventExecutor> loops, int maxSize, Maker maker) {
        var executors = new ArrayList<EventExecutor>();
        loops.forEach(executors::add);
        int count = Math.min(executors.size(), maxSize);
        for (int i = 0; i < count; i++) {
            pools.add(maker.pool(executors.get(i), new Share(i, count)));
        }
        own = new PerEventLoop<>(executors, pools);
    }

    /** Pools, one for each event loop, or fewer. */
    List<ConnectionPool> pools() {
        return List.copyOf(pools);
    }

    /** The first call opens the initial connections of all pools. */
    @Override
    public Mono<Connection> create() {
        return Mono.defer(() -> {
            if (opened.compareAndSet(false, true)) {
                // Avoids warmup(): a request to a pool meanwhile would wait for ever. If this fails, the next request
                // finds out.
                pools.forEach(pool -> pool.create().flatMapMany(Connection::close).onErrorComplete().subscribe());
            }
            return next().create();
        });
    }

    private ConnectionPool next() {
        ConnectionPool mine = own.get();
        return excess(mine) < 0 ? mine : Collections.min(pools, Comparator.comparingInt(LoopPools::excess));
    }

    /** Requests that wait for a connection of {@code pool}; negative if it has free ones. */
    private static int excess(ConnectionPool pool) {
        PoolMetrics metrics = pool.getMetrics().orElseThrow();
        return metrics.acquiredSize() + metrics.pendingAcquireSize() - metrics.getMaxAllocatedSize();
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return pools.getFirst().getMetadata();
    }

    @Override
    public void dispose() {
        pools.forEach(ConnectionPool::dispose);
    }

    @Override
    public boolean isDisposed() {
        return pools.stream().allMatch(ConnectionPool::isDisposed);
    }
}
