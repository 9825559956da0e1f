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
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is not a success, in the form of RFC 9457. Nothing in it depends on the stack. Client programs branch
 * on {@code type}; {@code title} and {@code detail} are for people.
 *
 * @param type names the kind of problem, and does not resolve
 * @param title the same for all problems of a type
 * @param status HTTP status
 * @param detail what happened and what to do
 * @param retryAfter the {@code Retry-After} header's value; null where trying again soon does not help
 */
public record Problem(URI type, String title, int status, String detail, @Nullable Duration retryAfter) {

    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPE_PREFIX = "urn:problem-type:three-ways:";

    /** The shortest value of {@code Retry-After}; pools and queues drain in less. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static Problem of(String type, String title, int status, String detail) {
        return new Problem(URI.create(TYPE_PREFIX + type), title, status, detail, null);
    }

    private Problem retryAfter(Duration delay) {
        return new Problem(type, title, status, detail, delay);
    }

    /**
     * The problem that answers {@code outcome}.
     *
     * @throws IllegalArgumentException if {@code outcome} is {@link Paid}, which is no problem
     */
    public static Problem of(PaymentOutcome outcome) {
        return switch (outcome) {
            case Paid _ -> throw new IllegalArgumentException("A paid order is no problem: answer a PaymentReceipt");
            case Declined _ ->
                of("payment-declined", "Payment declined", 402, "The payment API declined. Nothing was charged.");
            case InvalidOrderId _ -> of("invalid-order-id", "Invalid order id", 400,
                    "An order id is a positive 64-bit number in decimal digits.");
            case InvalidIdempotencyKey _ -> of("invalid-idempotency-key", "Invalid idempotency key", 400,
                    "Send one Idempotency-Key header of 1 to 255 visible ASCII characters, or none.");
            case OrderNotFound(long orderId) ->
                of("order-not-found", "Order not found", 404, "There is no order " + orderId + ".");
            case PaymentFailed(_, PaymentFailure failure, _) ->
                of("payment-" + failure.id(), "Payment failed", failure.status(), failure.detail());
            case OrdersUnavailable _ -> of("orders-unavailable", "Orders unavailable", 503,
                    "The order could not be read. Nothing was charged.").retryAfter(SOON);
            case Overloaded _ -> of("overloaded", "Too many requests in flight", 503,
                    "This instance is at its limit of requests in flight. Nothing was charged.").retryAfter(SOON);
            case UnexpectedError _ -> ofStatus(500);
        };
    }

    /** Answers a request that the server or the framework rejected before the handler. */
    public static Problem ofStatus(int status) {
        return switch (status) {
            case 404 -> of("no-such-resource", "Not found", 404, "There is nothing at this path.");
            case 405 -> of("method-not-allowed", "Method not allowed", 405,
                    "The Allow header names the methods this path has.");
            case 406 -> of("not-acceptable", "Not acceptable", 406, "This path answers application/json.");
            case 413 -> of("content-too-large", "Content too large", 413,
                    "This path takes no body, and reads no more than 16 KiB of one.");
            case 414 -> of("uri-too-long", "URI too long", 414, "The request's line is longer than this server reads.");
            case 417 -> of("expectation-failed", "Expectation failed", 417,
                    "The only expectation met here is 100-continue.");
            case 431 -> of("header-too-large", "Request header fields too large", 431,
                    "The request's header is larger than this server reads.");
            case 501 -> of("not-implemented", "Not implemented", 501,
                    "The request's method or transfer coding is not implemented here.");
            case 505 -> of("version-not-supported", "HTTP version not supported", 505,
                    "This server speaks HTTP/1.1.");
            default -> status >= 500
                    ? of("internal-error", "Internal error", status, "The request failed. The log says why.")
                    : of("bad-request", "Bad request", status, "The request could not be understood.");
        };
    }
}
