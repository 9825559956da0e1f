package dev.threeways.contract;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request, as this project's client writes it: the parser is not strict.
 *
 * @param head request line and header lines, with the empty line that ends them
 */
public record BareRequest(String head) {

    private static final int MAX_HEAD_BYTES = 64 * 1024;

    /**
     * @return null at the end of the connection
     * @throws IOException if the bytes are no request, or the client is gone
     */
    public static @Nullable BareRequest read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            if (head.length() == MAX_HEAD_BYTES) {
                throw new IOException("No request: " + head.substring(0, 200));
            }
            head.append((char) b);
        }
        return new BareRequest(head.toString());
    }

    /** @return the idempotency key; empty if there is none */
    public String key() {
        return field("idempotency-key");
    }

    /** Reads over the body, which has a length or comes in chunks. */
    public void skipBody(InputStream in) throws IOException {
        if (field("transfer-encoding").equalsIgnoreCase("chunked")) {
            for (int size = -1; size != 0;) {
                size = Integer.parseInt(line(in), 16);
                in.skipNBytes(size);
                line(in);
            }
            return;
        }
        String length = field("content-length");
        in.skipNBytes(length.isEmpty() ? 0 : Long.parseLong(length));
    }

    private String field(String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("A chunk without an end");
            }
            line.append((char) b);
        }
        return line.toString().strip();
    }
}
