package dev.threeways.gatling;

import java.util.Arrays;

/** Outcome of a request. Every planned request ends in exactly one. */
public enum RequestClass {

    /** An expected status, and the body that belongs to it. */
    OK("ok"),

    /** No connection could be opened: the server refused it. */
    REFUSED("refused"),

    /** The connection was reset or closed before a whole answer had come. The server may have acted. */
    RESET("reset"),

    /** No connection, or no whole answer, within the timeout. The server may have acted. */
    TIMEOUT("timeout"),

    /** A whole answer with a status that was not expected. */
    STATUS("status"),

    /** The expected status with a body that is not the receipt of this order's payment. */
    BODY("body"),

    /** Any other fault, the generator's own included (file descriptors, ports). */
    OTHER("other"),

    /** Sent, but the run ended before its end was known. */
    UNFINISHED("unfinished"),

    /** Planned, but not sent: too much was in flight, or the run was over first. */
    NEVER_SENT("never-sent");

    private final String id;

    RequestClass(String id) {
        this.id = id;
    }

    /** Name in {@code requests.csv}. */
    public String id() {
        return id;
    }

    /** @throws IllegalArgumentException if there is no such class */
    static RequestClass of(String id) {
        return Arrays.stream(values())
                .filter(c -> c.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no class of requests '" + id + "'"));
    }
}
