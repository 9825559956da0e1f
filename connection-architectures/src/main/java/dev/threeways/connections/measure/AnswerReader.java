package dev.threeways.connections.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Finds the ends of answers in the bytes of one connection: of a stated length, or in chunks. */
final class AnswerReader {

    private static final byte[] NOTHING = {};

    private static final int LARGEST = 1 << 20;

    private byte[] bytes = NOTHING;

    /**
     * Takes what remains of {@code more}.
     *
     * @return the status of the answer that is complete with it; 0 if more is to come
     * @throws IOException if the bytes are no answer
     */
    int feed(ByteBuffer more) throws IOException {
        int before = bytes.length;
        bytes = Arrays.copyOf(bytes, before + more.remaining());
        more.get(bytes, before, more.remaining());
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int headEnd = text.indexOf("\r\n\r\n");
        if (bytes.length > LARGEST) {
            throw new IOException("An answer of more than " + LARGEST + " bytes");
        }
        if (headEnd < 0) {
            return 0;
        }
        String head = text.substring(0, headEnd).toLowerCase(Locale.ROOT);
        int end = head.contains("transfer-encoding: chunked")
                ? chunksEnd(text, headEnd + 4)
                : headEnd + 4 + length(head);
        if (end < 0 || end > bytes.length) {
            return 0;
        }
        if (!head.startsWith("http/1.1 ")) {
            throw new IOException("Not an answer: " + head.lines().findFirst().orElse(""));
        }
        bytes = end == bytes.length ? NOTHING : Arrays.copyOfRange(bytes, end, bytes.length);
        return Integer.parseInt(head.substring(9, 12));
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    /** @return where the last chunk ends; -1 if it has not come */
    private static int chunksEnd(String text, int from) throws IOException {
        int at = from;
        while (true) {
            int lineEnd = text.indexOf("\r\n", at);
            if (lineEnd < 0) {
                return -1;
            }
            int size;
            try {
                size = Integer.parseInt(text.substring(at, lineEnd).strip(), 16);
            } catch (NumberFormatException e) {
                throw new IOException("A chunk without its length", e);
            }
            at = lineEnd + 2 + size + 2;
            if (at > text.length()) {
                return -1;
            }
            if (size == 0) {
                return at;
            }
        }
    }
}
