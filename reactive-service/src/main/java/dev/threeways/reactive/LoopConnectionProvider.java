package dev.threeways.reactive;

import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.transport.TransportConfig;

/**
 * A pool of connections for each event loop; the calling loop gets its own. With a client whose loops are co-located,
 * one loop opens and uses a connection for all of its life. An answer comes back to the loop that waits for it. In one
 * pool for all loops it mostly would not.
 */
final class LoopConnectionProvider implements ConnectionProvider {

    private final List<ConnectionProvider> pools = new ArrayList<>();

    private final PerEventLoop<ConnectionProvider> own;

    /** @param pool makes the pool of a loop */
    LoopConnectionProvider(Iterable<EventExecutor> loops, Function<EventExecutor, ConnectionProvider> pool) {
        loops.forEach(loop -> pools.add(pool.apply(loop)));
        own = new PerEventLoop<>(loops, pools);
    }

    @Override
    public Mono<? extends Connection> acquire(TransportConfig config, ConnectionObserver observer,
            @Nullable Supplier<? extends SocketAddress> remote, @Nullable AddressResolverGroup<?> resolver) {
        return Mono.defer(() -> own.get().acquire(config, observer, remote, resolver));
    }

    /** Limit of one loop's pool. */
    @Override
    public int maxConnections() {
        return pools.getFirst().maxConnections();
    }

    @Override
    public Mono<Void> disposeLater() {
        return Mono.when(pools.stream().map(ConnectionProvider::disposeLater).toList());
    }

    @Override
    public void dispose() {
        pools.forEach(ConnectionProvider::dispose);
    }

    @Override
    public boolean isDisposed() {
        return pools.stream().allMatch(ConnectionProvider::isDisposed);
    }
}
