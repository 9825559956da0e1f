package dev.threeways.contract;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A request as it goes over the wire: nothing is added but {@code Host}. */
public record HttpCall(String method, String target, List<String> headers, String body) {

    public static HttpCall of(String method, String target) {
        return new HttpCall(method, target, List.of(), "");
    }

    /** A payment. {@code orderId} is a text so that it can be wrong. */
    public static HttpCall payment(String orderId) {
        return of("POST", "/orders/" + orderId + "/payment");
    }

    public static HttpCall payment(long orderId) {
        return payment(Long.toString(orderId));
    }

    /** The target of {@link #payment(long)}. */
    public static String path(long orderId) {
        return payment(orderId).target();
    }

    public HttpCall header(String name, String value) {
        List<String> more = new ArrayList<>(headers);
        more.add(name + ": " + value);
        return new HttpCall(method, target, List.copyOf(more), body);
    }

    /** Adds an {@code Idempotency-Key}. */
    public HttpCall key(String value) {
        return header("Idempotency-Key", value);
    }

    /** Adds a body with its {@code Content-Length}. */
    public HttpCall body(String text) {
        return header("Content-Length", Integer.toString(text.length())).rawBody(text);
    }

    /** Adds a body in one chunk. */
    public HttpCall chunkedBody(String text) {
        return header("Transfer-Encoding", "chunked")
                .rawBody(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n0\r\n\r\n");
    }

    private HttpCall rawBody(String text) {
        return new HttpCall(method, target, headers, text);
    }

    /** The request in ISO 8859-1. */
    public byte[] bytes() {
        StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        headers.forEach(header -> text.append(header).append("\r\n"));
        return text.append("\r\n").append(body).toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
