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
import java.math.BigDecimal;
import java.util.stream.Stream;

/** One outcome of each kind. */
final class Outcomes {

    static final Order ORDER = new Order(42, "Ada", new BigDecimal("12.50"), "EUR");

    static final Paid PAID = new Paid(ORDER, "pay-1");

    private Outcomes() {}

    static Exception cause() {
        return new IllegalStateException("it is Sunday");
    }

    /** Every outcome but {@link #PAID}. */
    static Stream<PaymentOutcome> unpaid() {
        return Stream.concat(
                Stream.of(new Declined(ORDER, "pay-2"), new InvalidOrderId(), new InvalidIdempotencyKey(),
                        new OrderNotFound(42), new OrdersUnavailable(42, cause()), new Overloaded(),
                        new UnexpectedError(cause())),
                Stream.of(PaymentFailure.values()).map(failure -> new PaymentFailed(42, failure, cause())));
    }
}
