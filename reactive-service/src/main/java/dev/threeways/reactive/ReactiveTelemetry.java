package dev.threeways.reactive;

import dev.threeways.telemetry.Bounds;
import dev.threeways.telemetry.EventLoopDelay;
import dev.threeways.telemetry.LimitedResource;
import dev.threeways.telemetry.ListeningSocket;
import dev.threeways.telemetry.StagedRequests;
import io.micrometer.observation.ObservationPredicate;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import reactor.netty.http.server.HttpServerConfig;
import reactor.netty.resources.ConnectionPoolMetrics;
import reactor.netty.resources.LoopResources;

/** Figures only this stack has: how full Reactor Netty, its event loops and its pools are, and what bounds them. */
@Configuration(proxyBeanMethods = false)
class ReactiveTelemetry {

    @Bean
    StagedRequests stagedPayments() {
        return PaymentStage.of(PaymentController.PATH);
    }

    @Bean
    LimitedResource serverConnections(AtomicInteger openConnections, ServerConnectionsProperties connections) {
        return LimitedResource.of("server-connections", openConnections::get).limit(connections::max);
    }

    @Bean
    ListeningSocket listeningSocket(Environment environment, ServerConnectionsProperties connections) {
        return new ListeningSocket(() -> environment.getProperty("local.server.port", Integer.class, 0),
                connections.acceptCount());
    }

    @Bean
    LimitedResource databaseConnections(LoopPools connectionFactory) {
        List<ConnectionPool> pools = connectionFactory.pools();
        return LimitedResource.of("database-connections", () -> sum(pools, PoolMetrics::acquiredSize))
                .idle(() -> sum(pools, PoolMetrics::idleSize))
                .waiting(() -> sum(pools, PoolMetrics::pendingAcquireSize))
                .limit(() -> sum(pools, PoolMetrics::getMaxAllocatedSize));
    }

    /** The limit sums the pools there are: one for each event loop that has paid. */
    @Bean
    LimitedResource paymentConnectionUse(PaymentPools paymentPools) {
        return LimitedResource
                .of("payment-connections", () -> paymentPools.sum(ConnectionPoolMetrics::acquiredSize))
                .idle(() -> paymentPools.sum(ConnectionPoolMetrics::idleSize))
                .waiting(() -> paymentPools.sum(ConnectionPoolMetrics::pendingAcquireSize))
                .limit(() -> paymentPools.sum(ConnectionPoolMetrics::maxAllocatedSize));
    }

    /** The server reports its own; the rest is the configuration of the pools, the driver and the clients. */
    @Bean
    Bounds bounds(AtomicReference<@Nullable HttpServerConfig> boundServer, ServerConnectionsProperties connections,
            R2dbcProperties database, OrdersProperties orders, PaymentProperties payment) {
        return new Bounds(Map.ofEntries(
                Map.entry("server-keep-alive-millis",
                        () -> ofServer(boundServer, server -> millis(server.idleTimeout()))),
                Map.entry("server-requests-per-connection",
                        () -> ofServer(boundServer, HttpServerConfig::maxKeepAliveRequests)),
                Map.entry("server-read-millis", () -> millis(connections.readTimeout())),
                Map.entry("server-header-bytes",
                        () -> ofServer(boundServer, server -> server.decoder().maxHeaderSize())),
                Map.entry("database-acquire-millis", () -> millis(database.getPool().getMaxAcquireTime())),
                Map.entry("database-connect-millis", () -> millis(database.getPool().getMaxAcquireTime())),
                Map.entry("database-read-millis", () -> millis(orders.readTimeout())),
                Map.entry("database-life-millis", () -> millis(database.getPool().getMaxLifeTime())),
                Map.entry("payment-connect-millis", () -> millis(payment.connectTimeout())),
                Map.entry("payment-exchange-millis", () -> millis(payment.responseTimeout())),
                Map.entry("payment-idle-millis", PaymentConfiguration.MAX_IDLE::toMillis),
                Map.entry("payment-header-bytes", () -> PaymentConfiguration.MAX_ANSWER_HEADER_BYTES),
                Map.entry("payment-answer-bytes", () -> PaymentConfiguration.MAX_ANSWER_BYTES)));
    }

    private static long millis(@Nullable Duration bound) {
        return bound == null ? -1 : bound.toMillis();
    }

    /** Bound of the server; -1 until it has started. */
    private static long ofServer(AtomicReference<@Nullable HttpServerConfig> boundServer,
            ToLongFunction<HttpServerConfig> bound) {
        HttpServerConfig server = boundServer.get();
        return server == null ? -1 : bound.applyAsLong(server);
    }

    @Bean
    @ConditionalOnBooleanProperty("payment.signing.offload")
    LimitedResource signingThreadUse(SigningThreads threads) {
        return LimitedResource.of("signing-threads", threads::busy)
                .idle(() -> threads.count() - threads.busy())
                .waiting(threads::waiting)
                .limit(threads::count);
    }

    /** Tasks wait for the loop to come round, and have no limit. */
    @Bean
    LimitedResource eventLoopTasks(LoopResources eventLoops) {
        var loops = StreamSupport.stream(eventLoops.onServer(true).spliterator(), false)
                .map(SingleThreadEventExecutor.class::cast)
                .toList();
        return LimitedResource.of("event-loops", loops::size)
                .waiting(() -> loops.stream().mapToLong(SingleThreadEventExecutor::pendingTasks).sum());
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "telemetry.enabled", matchIfMissing = true)
    EventLoopDelay eventLoopDelay(LoopResources eventLoops) {
        return new EventLoopDelay(StreamSupport.stream(eventLoops.onServer(true).spliterator(), false).toList());
    }

    /** WebFlux would time requests to Actuator among the payments; on the servlet stack the two servers are apart. */
    @Bean
    ObservationPredicate actuatorIsNotObserved(
            @Value("${management.endpoints.web.base-path:/actuator}") String actuator) {
        return (_, context) -> {
            ServerHttpRequest request = context instanceof ServerRequestObservationContext received
                    ? received.getCarrier()
                    : null;
            return request == null || !request.getPath().value().startsWith(actuator);
        };
    }

    private static long sum(List<ConnectionPool> pools, ToIntFunction<PoolMetrics> figure) {
        return pools.stream().mapToInt(pool -> figure.applyAsInt(pool.getMetrics().orElseThrow())).sum();
    }
}
