package dev.threeways.connections;

import java.util.Locale;

/** A task between a port and an answer. */
public enum Role {

    /** Binds the port. */
    LISTENER,
    /** Takes connections that the kernel has completed from the backlog. */
    ACCEPTOR,
    /** Reads bytes and finds requests in the stream, which has no boundaries of its own. */
    READER,
    /** Runs the handler. */
    WORKER;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
