package dev.threeways.connections.http;

/**
 * Limits of one request.
 *
 * @param headBytes request line and header fields; for a body in chunks also all extensions, and all trailer fields
 * @param bodyBytes content, without the framing of chunks
 * @param fields number of header fields, and of trailer fields
 */
public record HttpLimits(int headBytes, int bodyBytes, int fields) {

    /** Tomcat's limit of a head, and a body larger than the demonstrations need. */
    public static final HttpLimits DEFAULT = new HttpLimits(8 * 1024, 64 * 1024, 100);

    /**
     * @throws IllegalArgumentException if {@code headBytes} or {@code fields} is not positive, {@code bodyBytes} is
     *     negative, or head and body exceed 1 GiB
     */
    public HttpLimits {
        if (headBytes < 1 || bodyBytes < 0 || fields < 1 || (long) headBytes + bodyBytes > 1 << 30) {
            throw new IllegalArgumentException("Limits of a request must be positive and below 1 GiB in all: head "
                    + headBytes + ", body " + bodyBytes + ", fields " + fields);
        }
    }
}
