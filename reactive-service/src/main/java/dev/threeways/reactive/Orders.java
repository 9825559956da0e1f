package dev.threeways.reactive;

import dev.threeways.payment.Order;
import dev.threeways.telemetry.RequestClock;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads the view {@code orders}. A connection is held for the one statement and is back in the pool before the order is
 * handed on: no payment holds one. No transaction: one statement needs none.
 */
@Component
class Orders {

    private static final String FIND = "SELECT id, customer, amount, currency FROM orders WHERE id = $1";

    private final ConnectionFactory pool;

    private final Duration readTimeout;

    private final LoopScheduler timer;

    Orders(ConnectionFactory pool, OrdersProperties properties, LoopScheduler timer) {
        this.pool = pool;
        this.timer = timer;
        this.readTimeout = properties.readTimeout();
    }

    /**
     * Empty if there is no such order. Every failure, timeouts included, is an {@link R2dbcException}: no connection
     * came free in time, none could be opened, or the read took too long.
     */
    Mono<Order> find(long id, RequestClock clock) {
        Mono<Connection> connection = Mono.<Connection>from(pool.create())
                .doOnSubscribe(_ -> clock.enter(PaymentStage.CONNECTION));
        return within(connection, held -> {
            clock.enter(PaymentStage.READ);
            return read(held, id);
        }).onErrorMap(error -> !(error instanceof R2dbcException),
                error -> new R2dbcTransientResourceException("Order " + id + " could not be read: " + error, error));
    }

    /** Whether the database answers, within the time {@link #find} may take; fails where that fails. */
    Mono<Boolean> areReachable() {
        return within(Mono.from(pool.create()), held -> Mono.from(held.validate(ValidationDepth.REMOTE)));
    }

    private <T> Mono<T> within(Mono<? extends Connection> connection, Function<Connection, Mono<T>> use) {
        return Mono.usingWhen(connection, held -> use.apply(held).timeout(readTimeout, tooLate(), timer),
                Connection::close, Orders::closeAfterError, Connection::close);
    }

    private static Mono<Order> read(Connection connection, long id) {
        return Flux.from(connection.createStatement(FIND).bind(0, id).execute())
                .concatMap(result -> result.map(Orders::order))
                .singleOrEmpty();
    }

    private <T> Mono<T> tooLate() {
        return Mono.error(() -> new TimeoutException("No answer to the statement within " + readTimeout));
    }

    private static Order order(Readable row) {
        return new Order(column(row, "id", Long.class), column(row, "customer", String.class),
                column(row, "amount", BigDecimal.class), column(row, "currency", String.class));
    }

    private static <T> T column(Readable row, String name, Class<T> type) {
        return Objects.requireNonNull(row.get(name, type), name);
    }

    /**
     * Closes a connection whose answer did not come in time: it still waits for that answer. Back in the pool it would
     * hand its delay to the next request, and for ever if the network swallowed the statement. The pool drops a
     * connection that is not open.
     */
    private static Publisher<Void> closeAfterError(Connection pooled, Throwable error) {
        if (error instanceof TimeoutException && pooled instanceof Wrapped<?> wrapped
                && wrapped.unwrap() instanceof Connection connection) {
            return Mono.from(connection.close()).onErrorComplete().then(Mono.from(pooled.close()));
        }
        return pooled.close();
    }
}
