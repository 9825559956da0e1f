package dev.threeways.contract.rules;

import dev.threeways.contract.HttpAnswer;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The answers, written out. They are not made with the services' own code, so that a change there shows here. They are
 * the same for every service, so that a client cannot tell services apart.
 */
final class Expected {

    private Expected() {}

    static HttpAnswer paid(String key, long orderId, String paymentId, String amount, String currency) {
        return new HttpAnswer(200, Map.of("content-type", "application/json", "idempotency-key", key),
                String.format(Locale.ROOT,
                        "{\"orderId\":%d,\"paymentId\":\"%s\",\"status\":\"approved\",\"amount\":%s,\"currency\":\"%s\"}",
                        orderId, paymentId, amount, currency));
    }

    static HttpAnswer declined(String key, String path) {
        return withKey(key, problem(402, "payment-declined", "Payment declined",
                "The payment API declined. Nothing was charged.", path));
    }

    static HttpAnswer invalidOrderId(String key, String path) {
        return withKey(key, problem(400, "invalid-order-id", "Invalid order id",
                "An order id is a positive 64-bit number in decimal digits.", path));
    }

    static HttpAnswer invalidIdempotencyKey(String path) {
        return problem(400, "invalid-idempotency-key", "Invalid idempotency key",
                "Send one Idempotency-Key header of 1 to 255 visible ASCII characters, or none.", path);
    }

    static HttpAnswer orderNotFound(String key, long orderId) {
        return withKey(key, problem(404, "order-not-found", "Order not found", "There is no order " + orderId + ".",
                "/orders/" + orderId + "/payment"));
    }

    static HttpAnswer paymentRefused(String key, String path) {
        return withKey(key, problem(502, "payment-connection-refused", "Payment failed",
                "The payment API refused the connection. Nothing was charged.", path));
    }

    static HttpAnswer paymentLost(String key, String path) {
        return withKey(key, problem(502, "payment-connection-lost", "Payment failed",
                "The connection to the payment API was lost. Whether it charged is unknown: ask again with the same "
                        + "Idempotency-Key.",
                path));
    }

    static HttpAnswer paymentError(String key, String path) {
        return withKey(key, problem(502, "payment-error-status", "Payment failed",
                "The payment API answered with an error. Whether it charged is unknown: ask again with the same "
                        + "Idempotency-Key.",
                path));
    }

    static HttpAnswer paymentInvalid(String key, String path) {
        return withKey(key, problem(502, "payment-invalid-answer", "Payment failed",
                "The payment API's answer was not understood. Whether it charged is unknown: ask again with the same "
                        + "Idempotency-Key.",
                path));
    }

    static HttpAnswer paymentTimedOut(String key, String path) {
        return withKey(key, problem(504, "payment-timed-out", "Payment failed",
                "The payment API did not answer in time. Whether it charged is unknown: ask again with the same "
                        + "Idempotency-Key.",
                path));
    }

    static HttpAnswer ordersUnavailable(String key, String path) {
        return withKey(key, with("retry-after", "1", problem(503, "orders-unavailable", "Orders unavailable",
                "The order could not be read. Nothing was charged.", path)));
    }

    static HttpAnswer overloaded(String key, String path) {
        return withKey(key, with("retry-after", "1", problem(503, "overloaded", "Too many requests in flight",
                "This instance is at its limit of requests in flight. Nothing was charged.", path)));
    }

    /** Includes the path, unless it is no URI by itself: {@code //} lacks an authority. */
    static HttpAnswer noSuchResource(String path) {
        HttpAnswer answer = problem(404, "no-such-resource", "Not found", "There is nothing at this path.", path);
        return path.equals("//")
                ? new HttpAnswer(answer.status(), answer.header(), answer.body().replace("\"instance\":\"//\",", ""))
                : answer;
    }

    static HttpAnswer methodNotAllowed(String path) {
        return with("allow", "POST", problem(405, "method-not-allowed", "Method not allowed",
                "The Allow header names the methods this path has.", path));
    }

    static HttpAnswer notAcceptable(String path) {
        return problem(406, "not-acceptable", "Not acceptable", "This path answers application/json.", path);
    }

    static HttpAnswer contentTooLarge(String path) {
        return problem(413, "content-too-large", "Content too large",
                "This path takes no body, and reads no more than 16 KiB of one.", path);
    }

    static HttpAnswer headerTooLarge(String path) {
        return problem(431, "header-too-large", "Request header fields too large",
                "The request's header is larger than this server reads.", path);
    }

    /** Answer to a request that no handler sees. */
    static HttpAnswer badRequest(@Nullable String path) {
        return problem(400, "bad-request", "Bad request", "The request could not be understood.", path);
    }

    static HttpAnswer notImplemented(String path) {
        return problem(501, "not-implemented", "Not implemented",
                "The request's method or transfer coding is not implemented here.", path);
    }

    static HttpAnswer expectationFailed(String path) {
        return problem(417, "expectation-failed", "Expectation failed",
                "The only expectation met here is 100-continue.",
                path);
    }

    static HttpAnswer versionNotSupported(String path) {
        return problem(505, "version-not-supported", "HTTP version not supported", "This server speaks HTTP/1.1.",
                path);
    }

    /** Converts an answer into the one to a HEAD request. */
    static HttpAnswer withoutBody(HttpAnswer answer) {
        return new HttpAnswer(answer.status(), answer.header(), "");
    }

    /** @param instance null if there is none */
    private static HttpAnswer problem(int status, String type, String title, String detail, @Nullable String instance) {
        return new HttpAnswer(status, Map.of("content-type", "application/problem+json"),
                "{\"detail\":\"" + detail + (instance == null ? "" : "\",\"instance\":\"" + instance) + "\",\"status\":"
                        + status + ",\"title\":\"" + title + "\",\"type\":\"urn:problem-type:three-ways:" + type
                        + "\"}");
    }

    private static HttpAnswer withKey(String key, HttpAnswer answer) {
        return with("idempotency-key", key, answer);
    }

    private static HttpAnswer with(String name, String value, HttpAnswer answer) {
        Map<String, String> header = new TreeMap<>(answer.header());
        header.put(name, value);
        return new HttpAnswer(answer.status(), header, answer.body());
    }
}
