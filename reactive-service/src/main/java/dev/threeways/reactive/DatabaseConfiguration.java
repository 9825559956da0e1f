package dev.threeways.reactive;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.util.concurrent.EventExecutor;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcProperties;
import org.springframework.boot.r2dbc.metrics.ConnectionPoolMetrics;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.pool.PooledRefMetadata;

/**
 * The pools of database connections, in place of the one that Boot would make from the same properties. Boot's pool
 * notices a dead connection only after handing it out: after a database restart, each closed connection fails one
 * request. These pools look first. They also keep a request on its event loop ({@link LoopPools}).
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    @Bean(destroyMethod = "dispose")
    LoopPools connectionFactory(R2dbcConnectionDetails database, R2dbcProperties properties,
            LoopResources eventLoops, LoopScheduler timer) {
        R2dbcProperties.Pool pool = properties.getPool();
        Duration acquireTime = Objects.requireNonNull(pool.getMaxAcquireTime(), "spring.r2dbc.pool.max-acquire-time");
        Duration lifeTime = Objects.requireNonNull(pool.getMaxLifeTime(), "spring.r2dbc.pool.max-life-time");
        var options = database.getConnectionFactoryOptions()
                .mutate()
                .option(PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, EventLoops.onCallingLoop(eventLoops))
                .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, acquireTime)
                .build();
        ConnectionFactory driver = ConnectionFactories.get(options);
        int initialSize = Math.min(pool.getInitialSize(), pool.getMaxSize());
        return new LoopPools(eventLoops.onClient(true), pool.getMaxSize(), (loop, share) -> new LoopTimedPool(
                ConnectionPoolConfiguration.builder(openedOn(loop, driver))
                        .initialSize(share.of(initialSize))
                        .maxSize(share.of(pool.getMaxSize()))
                        .maxCreateConnectionTime(acquireTime)
                        .acquireRetry(0) // a dead connection is found before, a dead database is not asked twice
                        .customizer(builder -> builder.evictionPredicate(
                                (connection, use) -> isSpent(use, lifeTime) || !isOpen(connection)))
                        .build(),
                acquireTime, timer));
    }

    /** Replaces Boot's own binder, which finds no pool in {@link LoopPools}. */
    @Bean
    MeterBinder connectionPoolMetrics(LoopPools connectionFactory) {
        List<ConnectionPool> pools = connectionFactory.pools();
        return registry -> IntStream.range(0, pools.size())
                .forEach(i -> new ConnectionPoolMetrics(pools.get(i), "connectionFactory",
                        Tags.of("pool", Integer.toString(i))).bindTo(registry));
    }

    private static ConnectionFactory openedOn(EventExecutor loop, ConnectionFactory factory) {
        Scheduler scheduler = Schedulers.fromExecutorService(loop);
        return new ConnectionFactory() {

            @Override
            public Mono<? extends Connection> create() {
                return Mono.defer(() -> Mono.from(factory.create())).subscribeOn(scheduler);
            }

            @Override
            public ConnectionFactoryMetadata getMetadata() {
                return factory.getMetadata();
            }
        };
    }

    private static boolean isSpent(PooledRefMetadata use, Duration lifeTime) {
        return use.lifeTime() >= lifeTime.toMillis();
    }

    /** Checks the connection, not the database, so the answer is immediate. */
    private static boolean isOpen(Connection connection) {
        return Mono.from(connection.validate(ValidationDepth.LOCAL)).toFuture().getNow(false);
    }
}
