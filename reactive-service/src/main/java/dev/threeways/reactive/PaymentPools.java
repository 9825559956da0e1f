package dev.threeways.reactive;

import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;
import reactor.netty.resources.ConnectionPoolMetrics;
import reactor.netty.resources.ConnectionProvider;

/** The pools of connections to the payment API, one for each event loop once it has asked for the first. */
final class PaymentPools implements ConnectionProvider.MeterRegistrar {

    private final List<ConnectionPoolMetrics> pools = new CopyOnWriteArrayList<>();

    @Override
    public void registerMetrics(String poolName, String id, SocketAddress remoteAddress,
            ConnectionPoolMetrics metrics) {
        pools.add(metrics);
    }

    /** Sum over all pools. */
    long sum(ToIntFunction<ConnectionPoolMetrics> figure) {
        return pools.stream().mapToInt(figure).sum();
    }
}
