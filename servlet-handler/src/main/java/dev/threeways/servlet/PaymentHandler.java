package dev.threeways.servlet;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.Order;
import dev.threeways.payment.OrderId;
import dev.threeways.payment.PaymentLog;
import dev.threeways.payment.PaymentOutcome;
import dev.threeways.payment.PaymentOutcome.InvalidIdempotencyKey;
import dev.threeways.payment.PaymentOutcome.InvalidOrderId;
import dev.threeways.payment.PaymentOutcome.OrderNotFound;
import dev.threeways.payment.PaymentOutcome.OrdersUnavailable;
import dev.threeways.payment.PaymentOutcome.Overloaded;
import dev.threeways.payment.PaymentOutcome.UnexpectedError;
import dev.threeways.telemetry.InFlightLimit;
import dev.threeways.telemetry.RequestClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/** Reads the order, pays it, writes the one log line. Each step blocks until it is done. */
class PaymentHandler {

    private final InFlightLimit inFlight;

    private final JdbcOrders orders;

    private final HttpPayments payments;

    PaymentHandler(InFlightLimit inFlight, JdbcOrders orders, HttpPayments payments) {
        this.inFlight = inFlight;
        this.orders = orders;
        this.payments = payments;
    }

    /** Outcome of a request, with its key: null if the request's own was not valid. */
    record Handled(PaymentOutcome outcome, @Nullable IdempotencyKey key) {}

    /** Turns every failure into an outcome, logged once; throws only where the JVM itself is at its end. */
    Handled pay(String orderId, List<String> idempotencyKeys, RequestClock clock) {
        long start = System.nanoTime();
        IdempotencyKey key = IdempotencyKey.of(idempotencyKeys).orElse(null);
        boolean entered = inFlight.tryEnter();
        try {
            PaymentOutcome outcome = entered ? outcome(orderId, key, clock) : new Overloaded();
            clock.enter(PaymentStage.LOG);
            PaymentLog.write(outcome, key, Duration.ofNanos(System.nanoTime() - start));
            return new Handled(outcome, key);
        } finally {
            clock.leave();
            if (entered) {
                inFlight.leave();
            }
        }
    }

    private PaymentOutcome outcome(String orderId, @Nullable IdempotencyKey key, RequestClock clock) {
        try {
            OptionalLong id = OrderId.parse(orderId);
            if (id.isEmpty()) {
                return new InvalidOrderId();
            }
            if (key == null) {
                return new InvalidIdempotencyKey();
            }
            return readAndPay(id.getAsLong(), key, clock);
        } catch (Throwable e) {
            if (e instanceof VirtualMachineError && !(e instanceof StackOverflowError)) {
                throw e;
            }
            return new UnexpectedError(e);
        }
    }

    private PaymentOutcome readAndPay(long orderId, IdempotencyKey key, RequestClock clock) {
        Optional<Order> order;
        try {
            order = orders.find(orderId, clock);
        } catch (DataAccessException e) {
            return new OrdersUnavailable(orderId, e);
        }
        if (order.isEmpty()) {
            return new OrderNotFound(orderId);
        }
        return payments.pay(order.get(), key, clock);
    }
}
