package dev.threeways.contract.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/**
 * A request while mutations are applied to it. Texts are bytes, one ISO 8859-1 character each.
 *
 * <p>{@link #KEY} and {@link #HIDDEN_KEY} stand for idempotency keys. {@link Script} inserts the numbers of execution
 * and message, so that each execution pays under keys of its own.
 *
 * @param before sent before the request line
 * @param framing header lines that say where the body ends; apart from {@code header}, so that a message has one
 * framing
 * @param withheld whether the body waits for an interim answer, as after {@code Expect: 100-continue}
 * @param open whether the server may wait for more after these bytes
 */
record Draft(String before, String requestLine, List<String> header, List<String> framing, String lineEnd, String body,
        boolean withheld, boolean open) {

    static final String EXECUTION = "@@@@@@@@";

    static final String MESSAGE = "##";

    /** The message's own idempotency key. */
    static final String KEY = "f" + EXECUTION + "-" + MESSAGE;

    /** The key of a request that is part of a body, and must never be paid. */
    static final String HIDDEN_KEY = "h" + EXECUTION + "-" + MESSAGE;

    static final String TARGET = "/orders/42/payment";

    static final String HOST = "Host: 127.0.0.1";

    static final String KEY_LINE = "Idempotency-Key: " + KEY;

    /** A whole request, to be placed inside a body. */
    static final String HIDDEN_REQUEST = "POST " + TARGET + " HTTP/1.1\r\n" + HOST + "\r\nIdempotency-Key: "
            + HIDDEN_KEY
            + "\r\n\r\n";

    Draft {
        header = List.copyOf(header);
        framing = List.copyOf(framing);
    }

    /** A plain payment. */
    static Draft payment() {
        return new Draft("", "POST " + TARGET + " HTTP/1.1", List.of(HOST, KEY_LINE), List.of(), "\r\n", "", false,
                false);
    }

    Draft before(String bytes) {
        return new Draft(bytes, requestLine, header, framing, lineEnd, body, withheld, open);
    }

    Draft requestLine(String line) {
        return new Draft(before, line, header, framing, lineEnd, body, withheld, open);
    }

    Draft header(List<String> lines) {
        return new Draft(before, requestLine, lines, framing, lineEnd, body, withheld, open);
    }

    Draft lineEnd(String bytes) {
        return new Draft(before, requestLine, header, framing, bytes, body, withheld, open);
    }

    Draft framed(List<String> lines, String bytes) {
        return new Draft(before, requestLine, header, lines, lineEnd, bytes, false, open);
    }

    Draft withholdingBody() {
        return new Draft(before, requestLine, header, framing, lineEnd, body, true, open);
    }

    Draft leftOpen() {
        return new Draft(before, requestLine, header, framing, lineEnd, body, withheld, true);
    }

    /** Replaces the text between the blanks of the request line, if there still are two. */
    Draft target(String target) {
        return requestLine(requestLine.replaceFirst("(?s)^([^ ]*) .* ([^ ]*)$", "$1 " + quoted(target) + " $2"));
    }

    Draft method(String method) {
        return requestLine(requestLine.replaceFirst("^[^ ]*", quoted(method)));
    }

    Draft version(String version) {
        return requestLine(requestLine.replaceFirst("[^ ]*$", quoted(version)));
    }

    private static String quoted(String replacement) {
        return Matcher.quoteReplacement(replacement);
    }

    Draft with(String line) {
        List<String> lines = new ArrayList<>(header);
        lines.add(line);
        return header(lines);
    }

    /** Drops the lines whose name is {@code name}. */
    Draft without(String name) {
        return header(header.stream()
                .filter(line -> !line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .toList());
    }

    String head() {
        StringBuilder head = new StringBuilder(before).append(requestLine).append(lineEnd);
        header.forEach(line -> head.append(line).append(lineEnd));
        framing.forEach(line -> head.append(line).append(lineEnd));
        return head.append(lineEnd).toString();
    }

    String method() {
        int blank = requestLine.indexOf(' ');
        return blank < 0 ? requestLine : requestLine.substring(0, blank);
    }
}
