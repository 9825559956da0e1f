package dev.threeways.reactive;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.Objects;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
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
            LoopResources eventLoops) {
        R2dbcProperties.Pool pool = properties.getPool();
        Duration acquireTime = Objects.requireNonNull(pool.getMaxAcquireTime(), "spring.r2dbc.pool.max-acquire-time");
        Duration lifeTime = Objects.requireNonNull(pool.getMaxLifeTime(), "spring.r2dbc.pool.max-life-time");
        var options = database.getConnectionFactoryOptions().mutate()
                .option(PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, eventLoops)
                .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, acquireTime)
                .build();
        return new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(options))
                .initialSize(Math.min(pool.getInitialSize(), pool.getMaxSize()))
                .maxSize(pool.getMaxSize())
                .maxAcquireTime(acquireTime)
                .maxCreateConnectionTime(acquireTime)
                .acquireRetry(0) // or the acquire time counts twice
                .customizer(builder -> builder.evictionPredicate(
                        (connection, use) -> isSpent(use, lifeTime) || !isOpen(connection)))
                .build());
    }

    private static boolean isSpent(PooledRefMetadata use, Duration lifeTime) {
        return use.lifeTime() >= lifeTime.toMillis();
    }

    /** Asks the connection, not the database: known at once. */
    private static boolean isOpen(Connection connection) {
        return Mono.from(connection.validate(ValidationDepth.LOCAL)).toFuture().getNow(false);
    }
}
