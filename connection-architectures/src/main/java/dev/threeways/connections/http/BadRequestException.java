package dev.threeways.connections.http;

/** Bytes that are no request, or one that is not served. The connection cannot be read any further. */
public final class BadRequestException extends Exception {

    private final int status;

    /** @param detail for the client: what is wrong and what would not be */
    public BadRequestException(int status, String detail) {
        super(detail, null, false, false); // thrown at every bad client's will: no stack trace
        this.status = status;
    }

    /** What to answer. */
    public int status() {
        return status;
    }

    /** The answer itself: a problem (RFC 9457). */
    public Response response() {
        return Response.problem(status, String.valueOf(getMessage()));
    }
}
