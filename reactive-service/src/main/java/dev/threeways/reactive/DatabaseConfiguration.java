package dev.threeways.reactive;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.ValidationDepth;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.pool.PooledRefMetadata;

/**
 * The pool of database connections, in place of the one Boot would make from the same properties. That one finds out
 * that a connection is dead only after handing it out: when a database has come back, each connection it closed fails
 * one request. This pool looks first.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    @Bean(destroyMethod = "dispose")
    ConnectionPool connectionFactory(R2dbcConnectionDetails database, R2dbcProperties properties,
            LoopResources eventLoops, LoopScheduler timer) {
        R2dbcProperties.Pool pool = properties.getPool();
        Duration acquireTime = Objects.requireNonNull(pool.getMaxAcquireTime(), "spring.r2dbc.pool.max-acquire-time");
        Duration lifeTime = Objects.requireNonNull(pool.getMaxLifeTime(), "spring.r2dbc.pool.max-life-time");
        var options = database.getConnectionFactoryOptions().mutate()
                .option(PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, onCallingLoop(eventLoops))
                .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, acquireTime)
                .build();
        return new LoopTimedPool(
                ConnectionPoolConfiguration.builder(spread(ConnectionFactories.get(options), eventLoops))
                        .initialSize(Math.min(pool.getInitialSize(), pool.getMaxSize()))
                        .maxSize(pool.getMaxSize())
                        .maxCreateConnectionTime(acquireTime)
                        .acquireRetry(0) // a dead connection is found before, a dead database is not asked twice
                        .customizer(builder -> builder.evictionPredicate(
                                (connection, use) -> isSpent(use, lifeTime) || !isOpen(connection)))
                        .build(),
                acquireTime, timer);
    }

    /**
     * Opens connections on one event loop after the other. To leave the choice to Reactor Netty is not enough: it takes
     * two loops for a connection, one of them for name resolution, so that connections come to every second loop only,
     * and with two loops to one.
     */
    private static ConnectionFactory spread(ConnectionFactory factory, LoopResources eventLoops) {
        var loops = new ArrayList<Scheduler>();
        eventLoops.onClient(true).forEach(loop -> loops.add(Schedulers.fromExecutorService(loop)));
        var turn = new AtomicInteger();
        return new ConnectionFactory() {

            @Override
            public Mono<? extends Connection> create() {
                return Mono.defer(() -> {
                    var loop = loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
                    return Mono.defer(() -> Mono.from(factory.create())).subscribeOn(loop);
                });
            }

            @Override
            public ConnectionFactoryMetadata getMetadata() {
                return factory.getMetadata();
            }
        };
    }

    /** On whichever loop the driver is asked for a connection, there it opens it. */
    private static LoopResources onCallingLoop(LoopResources eventLoops) {
        EventLoopGroup colocated = LoopResources.colocate(eventLoops.onClient(true));
        return _ -> colocated;
    }

    private static boolean isSpent(PooledRefMetadata use, Duration lifeTime) {
        return use.lifeTime() >= lifeTime.toMillis();
    }

    /** Asks the connection, not the database: known at once. */
    private static boolean isOpen(Connection connection) {
        return Mono.from(connection.validate(ValidationDepth.LOCAL)).toFuture().getNow(false);
    }
}
