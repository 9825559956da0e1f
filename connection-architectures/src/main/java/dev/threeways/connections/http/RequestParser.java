package dev.threeways.connections.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds requests in a stream of bytes, which has no boundaries: a read may bring part of a request, or several. Each
 * connection has its own; not thread-safe.
 *
 * <p>
 * Strict where leniency lets two readers of one stream find different requests in it (RFC 9112, 11.2). Lines end with
 * CR LF, and a length is given once and in digits; {@link HeadRules} and {@link ChunkedBody} have the other rules.
 * {@link #next()} must be called until it returns null before more is {@linkplain #feed fed}. Then at most one read
 * more than the limits of one request is held, and nothing while no bytes wait.
 */
public final class RequestParser {

    private static final byte[] NOTHING = {};

    private static final int CR = '\r';

    private static final int LF = '\n';

    private final HttpLimits limits;

    private byte[] bytes = NOTHING;

    private int from;

    private int to;

    /** Position up to which the end of the head has been searched. */
    private int scanned;

    private @Nullable Head head;

    private boolean continueDue;

    private @Nullable BadRequestException bad;

    /**
     * A request whose body may not be there yet.
     *
     * @param bodyBytes announced length of the body
     * @param chunks null for a body of announced length
     */
    private record Head(String method, String path, Map<String, String> fields, int bodyBytes,
            @Nullable ChunkedBody chunks, boolean persistent) {}

    public RequestParser(HttpLimits limits) {
        this.limits = limits;
    }

    /** Takes all that remains of {@code more}; discards it after a bad request. */
    public void feed(ByteBuffer more) {
        int length = more.remaining();
        if (bad != null) {
            more.position(more.limit());
            return;
        }
        if (bytes.length - to < length) {
            int kept = to - from;
            bytes = Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), Math.max(kept + length, 512));
            scanned -= from;
            from = 0;
            to = kept;
        }
        more.get(bytes, to, length);
        to += length;
    }

    /**
     * @return null if the next request is not complete yet
     * @throws BadRequestException from then on always: nothing that follows in the stream can be told apart
     */
    public @Nullable Request next() throws BadRequestException {
        if (bad != null) {
            throw bad;
        }
        try {
            return read();
        } catch (BadRequestException e) {
            bad = e;
            bytes = NOTHING;
            head = null;
            throw e;
        }
    }

    private @Nullable Request read() throws BadRequestException {
        Head current = head;
        if (current == null) {
            int end = endOfHead();
            if (end < 0) {
                release();
                return null;
            }
            current = head(end);
            from = end;
            head = current;
            continueDue = current.fields().containsKey("expect");
        }
        byte[] body = current.chunks() == null ? announced(current.bodyBytes()) : inChunks(current.chunks());
        if (body == null) {
            return null;
        }
        scanned = from;
        head = null;
        continueDue = false;
        return new Request(current.method(), current.path(), current.fields(), body, current.persistent());
    }

    private byte @Nullable [] announced(int length) {
        if (to - from < length) {
            return null;
        }
        from += length;
        return Arrays.copyOfRange(bytes, from - length, from);
    }

    private byte @Nullable [] inChunks(ChunkedBody chunks) throws BadRequestException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, from, to - from);
        boolean complete = chunks.read(rest);
        from = rest.position();
        if (complete) {
            return chunks.content();
        }
        from = 0; // all of it was taken: the next read begins at 0 again
        to = 0;
        return null;
    }

    /** Whether a request has begun and is not complete. */
    public boolean isWithinRequest() {
        return head != null || from < to;
    }

    /** Whether the client waits for {@link Response#CONTINUE} before it sends its body; true once for a request. */
    public boolean takeContinue() {
        boolean due = continueDue;
        continueDue = false;
        return due;
    }

    /** Releases the buffer of an idle connection. */
    private void release() {
        if (from == to) {
            bytes = NOTHING;
            from = 0;
            to = 0;
            scanned = 0;
        }
    }

    /** @return where the body begins; -1 if the head is not complete */
    private int endOfHead() throws BadRequestException {
        // RFC 9112, 2.2: an empty line before a request line is to be ignored.
        while (to - from >= 2 && bytes[from] == CR && bytes[from + 1] == LF) {
            from += 2;
            scanned = Math.max(scanned, from);
        }
        while (scanned < to) {
            if (bytes[scanned] == LF) {
                if (scanned == from || bytes[scanned - 1] != CR) {
                    throw new BadRequestException(400, "A line ends with a line feed alone; it must be CR LF.");
                }
                if (scanned - from >= 3 && bytes[scanned - 2] == LF) {
                    scanned++;
                    requireHeadWithin(scanned - from);
                    return scanned;
                }
            }
            scanned++;
        }
        requireHeadWithin(to - from);
        return -1;
    }

    private void requireHeadWithin(int length) throws BadRequestException {
        if (length > limits.headBytes()) {
            boolean line = false;
            for (int i = from; i < from + limits.headBytes() && !line; i++) {
                line = bytes[i] == LF;
            }
            throw line
                    ? new BadRequestException(431, "Request line and header fields exceed " + limits.headBytes()
                            + " bytes.")
                    : new BadRequestException(414, "The request line exceeds " + limits.headBytes() + " bytes.");
        }
    }

    private Head head(int end) throws BadRequestException {
        // The head, without the two line ends that close it.
        String[] lines = new String(bytes, from, end - from - 4, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        String[] words = lines[0].split(" ", -1);
        if (words.length != 3 || !isToken(words[0]) || !isTarget(words[1])) {
            throw new BadRequestException(400, "The request line is not 'METHOD target HTTP/1.1'.");
        }
        if (!words[2].equals("HTTP/1.1") && !words[2].equals("HTTP/1.0")) {
            throw words[2].matches("HTTP/[0-9](\\.[0-9])?")
                    ? new BadRequestException(505, "This server speaks HTTP/1.1 only.")
                    : new BadRequestException(400, "The request line does not end with a version of HTTP.");
        }
        Map<String, String> fields = fields(lines);
        boolean recent = words[2].equals("HTTP/1.1");
        int bodyBytes = HeadRules.bodyBytes(fields, recent, limits);
        if (!recent) {
            fields.remove("expect"); // RFC 9110, 10.1.1: to be ignored
        }
        ChunkedBody chunks = bodyBytes == HeadRules.CHUNKED ? new ChunkedBody(limits) : null;
        return new Head(words[0], path(words[1]), fields, bodyBytes, chunks,
                isPersistent(fields.get("connection"), recent));
    }

    /** Returns the path of a target. A proxy's client sends the target with scheme and host (RFC 9112, 3.2.2). */
    public static String path(String target) {
        String whole = target.indexOf('?') < 0 ? target : target.substring(0, target.indexOf('?'));
        int from = whole.regionMatches(true, 0, "http://", 0, 7) ? whole.indexOf('/', 7) : 0;
        return from < 0 ? "/" : whole.substring(from);
    }

    private Map<String, String> fields(String[] lines) throws BadRequestException {
        if (lines.length - 1 > limits.fields()) {
            throw new BadRequestException(431, "More than " + limits.fields() + " header fields.");
        }
        Map<String, String> fields = HashMap.newHashMap(lines.length);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            // A blank before the colon, or at the start of a continued line, makes the name no token.
            if (colon < 0 || !isToken(lines[i].substring(0, colon))) {
                throw new BadRequestException(400, "A header field is not 'Name: value'.");
            }
            String value = lines[i].substring(colon + 1);
            if (value.chars().anyMatch(HeadRules::isControl)) {
                throw new BadRequestException(400, "A header field has a control character.");
            }
            value = value.strip(); // removes blanks and tabs; other controls are rejected
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            String earlier = fields.put(name, value);
            if (earlier != null) {
                if (name.equals("content-length") || name.equals("host")) {
                    throw new BadRequestException(400, "There is more than one " + name + " field.");
                }
                fields.put(name, earlier + ", " + value);
            }
        }
        return fields;
    }

    /** A client that speaks HTTP/1.0 gets one answer for each connection. */
    private static boolean isPersistent(@Nullable String connection, boolean recent) {
        return recent && (connection == null || Arrays.stream(connection.split(",", -1))
                .noneMatch(option -> option.strip().equalsIgnoreCase("close")));
    }

    private static boolean isTarget(String target) {
        return !target.isEmpty() && target.chars().allMatch(character -> character > ' ' && character < 0x7F);
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(HeadRules::isTokenCharacter);
    }
}
