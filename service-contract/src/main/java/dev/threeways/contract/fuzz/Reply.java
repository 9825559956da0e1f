package dev.threeways.contract.fuzz;

import java.util.ArrayList;
import java.util.List;

/**
 * The payment API's behaviour in place of one answer. Texts are bytes, one ISO 8859-1 character each. {@link #PAYMENT}
 * and its like stand for what differs from one exchange to the next.
 *
 * @param early whether it answers before it has read the request's body
 * @param before interim answers, and anything else before the status line
 * @param framing header lines that say where the body ends; empty for the body's own length
 * @param unasked sent after the answer, in the same packet
 * @param later sent after the answer, when the client has had time to read it
 * @param cuts where the answer is torn into packets, in thousandths of its length; 0 to wait before the first
 * @param pauseMillis between packets
 */
record Reply(List<String> kinds, Promise promise, boolean early, String before, String statusLine, List<String> header,
        List<String> framing, String lineEnd, String body, String unasked, String later, List<Integer> cuts,
        int pauseMillis,
        Ending ending) {

    /** Outcome that the payment must have. */
    enum Promise {
        /** The payment is paid: the answer is right, however odd. */
        PAID,
        /** Its outcome is not known, or a decline; or it is paid, if the client could make sense of the answer. */
        ANY,
        /** The answer is not accepted. */
        FAILED
    }

    enum Ending {
        KEEP,
        CLOSE,
        RESET,
        /** Nothing more is sent; the client has to give up. */
        HANG
    }

    /** The id of the payment under the key of the request. */
    static final String PAYMENT = "pppppppp-pppp-pppp-pppp-pppppppppppp";

    /** The id of another's payment. */
    static final String OTHER_PAYMENT = "qqqqqqqq-qqqq-qqqq-qqqq-qqqqqqqqqqqq";

    /** The key of the request. */
    static final String KEY = "kkkkkkkkkkkk";

    /** The key of another's payment. */
    static final String OTHER_KEY = "oooooooooooo";

    /** Text between two of these is repeated until the client closes the connection. */
    static final String ENDLESS = "\u0000\u0000endless\u0000\u0000";

    static final String KEY_LINE = "Idempotency-Key: " + KEY;

    static final String TYPE_LINE = "Content-Type: application/json";

    static final String APPROVED = approved(PAYMENT);

    private static final int MOST_SHOWN = 10;

    Reply {
        kinds = List.copyOf(kinds);
        header = List.copyOf(header);
        framing = List.copyOf(framing);
        cuts = List.copyOf(cuts);
    }

    /** The answer of a payment API that is well. */
    static Reply well() {
        return new Reply(List.of(), Promise.PAID, false, "", "HTTP/1.1 200 OK", List.of(TYPE_LINE, KEY_LINE), List.of(),
                "\r\n", APPROVED, "", "", List.of(), 1, Ending.KEEP);
    }

    static String approved(String paymentId) {
        return "{\"paymentId\":\"" + paymentId + "\",\"status\":\"approved\"}";
    }

    static String endless(String filler) {
        return ENDLESS + filler + ENDLESS;
    }

    /** A whole answer that was not requested. */
    static String answer(String key, String paymentId) {
        String body = approved(paymentId);
        return "HTTP/1.1 200 OK\r\n" + TYPE_LINE + "\r\nIdempotency-Key: " + key + "\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n" + body;
    }

    Reply named(List<Mutation.Change<Reply>> changes) {
        // Chunks in HTTP/1.0 are a faulty framing, though each by itself is right (RFC 9112, 6.1).
        boolean grave = changes.stream().anyMatch(Mutation.Change::isGrave)
                || (statusLine.startsWith("HTTP/1.0") && framing.toString().contains("Transfer-Encoding"));
        return new Reply(changes.stream().map(Mutation.Change::kind).sorted().toList(),
                grave && promise == Promise.PAID ? Promise.ANY : promise, early, before, statusLine, header, framing,
                lineEnd,
                body, unasked, later, cuts, pauseMillis, ending);
    }

    Reply failing() {
        return new Reply(kinds, Promise.FAILED, early, before, statusLine, header, framing, lineEnd, body, unasked,
                later,
                cuts, pauseMillis, ending);
    }

    Reply atOnce() {
        return new Reply(kinds, promise, true, before, statusLine, header, framing, lineEnd, body, unasked, later, cuts,
                pauseMillis, ending);
    }

    Reply before(String bytes) {
        return new Reply(kinds, promise, early, before + bytes, statusLine, header, framing, lineEnd, body, unasked,
                later,
                cuts, pauseMillis, ending);
    }

    Reply statusLine(String line) {
        return new Reply(kinds, promise, early, before, line, header, framing, lineEnd, body, unasked, later, cuts,
                pauseMillis, ending);
    }

    Reply header(List<String> lines) {
        return new Reply(kinds, promise, early, before, statusLine, lines, framing, lineEnd, body, unasked, later, cuts,
                pauseMillis, ending);
    }

    Reply framed(List<String> lines, String bytes) {
        return new Reply(kinds, promise, early, before, statusLine, header, lines, lineEnd, bytes, unasked, later, cuts,
                pauseMillis, ending);
    }

    Reply lineEnd(String bytes) {
        return new Reply(kinds, promise, early, before, statusLine, header, framing, bytes, body, unasked, later, cuts,
                pauseMillis, ending);
    }

    Reply body(String bytes) {
        return framed(framing, bytes);
    }

    Reply unasked(String bytes) {
        return new Reply(kinds, promise, early, before, statusLine, header, framing, lineEnd, body, bytes, later, cuts,
                pauseMillis, ending);
    }

    Reply later(String bytes) {
        return new Reply(kinds, promise, early, before, statusLine, header, framing, lineEnd, body, unasked, bytes,
                cuts,
                pauseMillis, ending);
    }

    Reply torn(List<Integer> perMille, int millis) {
        return new Reply(kinds, promise, early, before, statusLine, header, framing, lineEnd, body, unasked, later,
                perMille,
                millis, ending);
    }

    Reply ending(Ending end) {
        return new Reply(kinds, promise, early, before, statusLine, header, framing, lineEnd, body, unasked, later,
                cuts,
                pauseMillis, end);
    }

    /** Announces that the connection is closed, and closes it. */
    Reply closing() {
        return with("Connection: close").ending(Ending.CLOSE);
    }

    /** Sends these bytes, whatever they are. */
    Reply raw(String bytes) {
        return new Reply(kinds, promise, early, bytes, "", List.of(), List.of(""), "", "", "", later, cuts, pauseMillis,
                ending);
    }

    Reply with(String line) {
        List<String> lines = new ArrayList<>(header);
        lines.add(line);
        return header(lines);
    }

    Reply without(String name) {
        return header(header.stream()
                .filter(line -> !line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .toList());
    }

    /** The answer, with the bytes before and after it in the same packet. */
    String bytes() {
        StringBuilder text = new StringBuilder(before).append(statusLine).append(lineEnd);
        header.forEach(line -> text.append(line).append(lineEnd));
        (framing.isEmpty() ? List.of("Content-Length: " + body.length()) : framing)
                .forEach(line -> text.append(line).append(lineEnd));
        return text.append(lineEnd).append(body).append(unasked).toString();
    }

    /** Text for people. */
    String shown() {
        StringBuilder text = new StringBuilder("  ").append(kinds)
                .append(early ? ", before the request is read whole" : "");
        if (!cuts.isEmpty()) {
            text.append(", torn at ")
                    .append(cuts.size() > MOST_SHOWN ? cuts.size() + " places" : cuts + " per mille")
                    .append(", ")
                    .append(pauseMillis)
                    .append(" ms between");
        }
        text.append('\n').append(Escaped.lines(bytes().replace(ENDLESS, "(endless)"), "    "));
        if (!later.isEmpty()) {
            text.append("  and later\n").append(Escaped.lines(later, "    "));
        }
        return text.append(ending == Ending.KEEP ? "" : "  then " + ending + "\n").toString();
    }
}
