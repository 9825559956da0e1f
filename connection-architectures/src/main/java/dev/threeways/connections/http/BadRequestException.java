package dev.threeways.connections.http;

/** Rejects bytes that are no request, or a request that is not served. The connection cannot be read any further. */
public final class BadRequestException extends Exception {

    private final int status;

    /** @param detail for the client: what is wrong and what would be right */
    public BadRequestException(int status, String detail) {
        super(detail, null, false, false); // bad clients cause many: no stack trace
        this.status = status;
    }

    /** Returns the status to answer with. */
    public int status() {
        return status;
    }

    /** Returns the answer: a problem (RFC 9457). */
    public Response response() {
        return Response.problem(status, String.valueOf(getMessage()));
    }
}
