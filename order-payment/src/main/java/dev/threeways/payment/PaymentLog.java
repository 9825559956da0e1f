package dev.threeways.payment;

import dev.threeways.payment.PaymentOutcome.Declined;
import dev.threeways.payment.PaymentOutcome.InvalidIdempotencyKey;
import dev.threeways.payment.PaymentOutcome.InvalidOrderId;
import dev.threeways.payment.PaymentOutcome.OrderNotFound;
import dev.threeways.payment.PaymentOutcome.OrdersUnavailable;
import dev.threeways.payment.PaymentOutcome.Overloaded;
import dev.threeways.payment.PaymentOutcome.Paid;
import dev.threeways.payment.PaymentOutcome.PaymentFailed;
import dev.threeways.payment.PaymentOutcome.UnexpectedError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The one log line of a request that reached the handler. Field names are those of the Elastic Common Schema where it
 * has one. Count by {@code payment.outcome}; reconcile with the payment API's ledger by {@code
 * payment.idempotency_key}.
 */
public final class PaymentLog {

    private static final Logger logger = LoggerFactory.getLogger(PaymentLog.class);

    private PaymentLog() {}

    /**
     * @param key null if the request had no valid one
     * @param duration from the handler's entry to its outcome
     */
    public static void write(PaymentOutcome outcome, @Nullable IdempotencyKey key, Duration duration) {
        LoggingEventBuilder line = logger.atLevel(level(outcome))
                .addKeyValue("event.action", "order-payment")
                .addKeyValue("event.outcome", outcome instanceof Paid ? "success" : "failure")
                .addKeyValue("event.duration", duration.toNanos()) // nanoseconds, says ECS
                .addKeyValue("payment.outcome", name(outcome));
        if (key != null) {
            line = line.addKeyValue("payment.idempotency_key", key.value());
        }
        line = switch (outcome) {
            case Paid(Order order, String paymentId) -> withPayment(line, order, paymentId);
            case Declined(Order order, String paymentId) -> withPayment(line, order, paymentId);
            case OrderNotFound(long orderId) -> line.addKeyValue("order.id", orderId);
            case PaymentFailed(long orderId, _, Throwable cause) ->
                withError(line.addKeyValue("order.id", orderId), cause);
            case OrdersUnavailable(long orderId, Throwable cause) ->
                withError(line.addKeyValue("order.id", orderId), cause);
            case UnexpectedError(Throwable cause) -> line.setCause(cause);
            case InvalidOrderId _,InvalidIdempotencyKey _,Overloaded _ -> line;
        };
        line.log("order payment");
    }

    private static LoggingEventBuilder withPayment(LoggingEventBuilder line, Order order, String paymentId) {
        return line.addKeyValue("order.id", order.id()).addKeyValue("payment.id", paymentId);
    }

    /** Says what failed without a stack trace: a dependency that is down must not also flood the log. */
    private static LoggingEventBuilder withError(LoggingEventBuilder line, @Nullable Throwable cause) {
        return cause == null
                ? line
                : line.addKeyValue("error.type", cause.getClass().getName())
                        .addKeyValue("error.message",
                                String.valueOf(cause.getMessage()));
    }

    private static Level level(PaymentOutcome outcome) {
        return switch (outcome) {
            case Paid _,Declined _,InvalidOrderId _,InvalidIdempotencyKey _,OrderNotFound _ -> Level.INFO;
            case PaymentFailed _,OrdersUnavailable _,Overloaded _ -> Level.WARN;
            case UnexpectedError _ -> Level.ERROR;
        };
    }

    private static String name(PaymentOutcome outcome) {
        return switch (outcome) {
            case Paid _ -> "paid";
            case Declined _ -> "declined";
            case InvalidOrderId _ -> "invalid-order-id";
            case InvalidIdempotencyKey _ -> "invalid-idempotency-key";
            case OrderNotFound _ -> "order-not-found";
            case PaymentFailed(_, PaymentFailure failure, _) -> "payment-" + failure.id();
            case OrdersUnavailable _ -> "orders-unavailable";
            case Overloaded _ -> "overloaded";
            case UnexpectedError _ -> "unexpected-error";
        };
    }
}
