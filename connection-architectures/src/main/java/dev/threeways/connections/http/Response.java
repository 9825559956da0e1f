package dev.threeways.connections.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * An answer.
 *
 * @param contentType media type of the body
 * @param body may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // bytes in transit, never compared
public record Response(int status, String contentType, byte[] body) {

    /** Asks a waiting client to send its body (RFC 9110, 15.2.1). */
    public static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final Map<Integer, String> REASONS = Map.ofEntries(Map.entry(200, "OK"),
            Map.entry(400, "Bad Request"), Map.entry(404, "Not Found"), Map.entry(405, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"), Map.entry(413, "Content Too Large"), Map.entry(414, "URI Too Long"),
            Map.entry(417, "Expectation Failed"), Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"), Map.entry(501, "Not Implemented"),
            Map.entry(503, "Service Unavailable"), Map.entry(505, "HTTP Version Not Supported"));

    /** Date format of RFC 9110, 5.6.7: RFC 1123's, always with two digits. */
    private static final DateTimeFormatter DATE = DateTimeFormatter
            .ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static volatile Stamp stamp = new Stamp(0, "");

    /** The Date field, which changes once a second. */
    private record Stamp(long epochSecond, String text) {}

    public static Response of(String contentType, byte[] body) {
        return new Response(200, contentType, body);
    }

    public static Response text(String text) {
        return of("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns problem details (RFC 9457). */
    public static Response problem(int status, String detail) {
        return new Response(status, "application/problem+json",
                ("{\"title\":\"" + reason(status) + "\",\"status\":" + status + ",\"detail\":\"" + escaped(detail)
                        + "\"}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the answer as it goes over the wire.
     *
     * @param persistent whether the connection stays open after it
     * @param withBody false for HEAD
     */
    public byte[] bytes(boolean persistent, boolean withBody) {
        byte[] head = ("HTTP/1.1 " + status + ' ' + reason(status) + "\r\nDate: " + date() + "\r\nContent-Type: "
                + contentType + "\r\nContent-Length: " + body.length + "\r\n"
                + (persistent ? "" : "Connection: close\r\n") + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        if (!withBody) {
            return head;
        }
        byte[] bytes = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, bytes, head.length, body.length);
        return bytes;
    }

    private static String reason(int status) {
        return REASONS.getOrDefault(status, "Status " + status);
    }

    /** Returns the current time in the Date field's format. */
    public static String date() {
        long now = System.currentTimeMillis() / 1000;
        Stamp current = stamp;
        if (current.epochSecond() != now) {
            current = new Stamp(now, DATE.format(Instant.ofEpochSecond(now)));
            stamp = current;
        }
        return current.text();
    }

    /** Escapes a text for a JSON string. Details are ours, but may quote what a client sent. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.chars().forEach(character -> {
            if (character == '"' || character == '\\') {
                escaped.append('\\').append((char) character);
            } else if (character < ' ') {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", character));
            } else {
                escaped.append((char) character);
            }
        });
        return escaped.toString();
    }
}
