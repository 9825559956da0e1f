package dev.threeways.payment;

import org.jspecify.annotations.Nullable;

/**
 * Every possible outcome of a request that reached the handler. The handler returns one, logs it with {@link
 * PaymentLog} and answers with a {@link PaymentReceipt} or a {@link Problem}.
 */
public sealed interface PaymentOutcome {

    /** The payment API approved. */
    record Paid(Order order, String paymentId) implements PaymentOutcome {}

    /** The payment API declined. */
    record Declined(Order order, String paymentId) implements PaymentOutcome {}

    /** The path's order id is not a positive 64-bit number. */
    record InvalidOrderId() implements PaymentOutcome {}

    /** The {@value IdempotencyKey#HEADER} header is not one valid key. */
    record InvalidIdempotencyKey() implements PaymentOutcome {}

    /** No such row. */
    record OrderNotFound(long orderId) implements PaymentOutcome {}

    /** The order was read, the exchange with the payment API failed. */
    record PaymentFailed(long orderId, PaymentFailure failure, @Nullable Throwable cause) implements PaymentOutcome {}

    /** The database is down or too slow, or no pooled connection came free in time; no payment was begun. */
    record OrdersUnavailable(long orderId, Throwable cause) implements PaymentOutcome {}

    /** Too many requests were in flight; nothing was done. */
    record Overloaded() implements PaymentOutcome {}

    /** A bug: anything that no other outcome covers. */
    record UnexpectedError(Throwable cause) implements PaymentOutcome {}
}
