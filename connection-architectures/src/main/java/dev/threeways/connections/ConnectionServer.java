package dev.threeways.connections;

import java.io.IOException;

/** A server of one of the {@linkplain Architecture architectures}. Started once, closed once. */
public interface ConnectionServer extends AutoCloseable {

    /**
     * Binds the port and begins to accept.
     *
     * @throws IOException if the port cannot be bound, or something the architecture needs is not there
     */
    void start() throws IOException;

    /** The port it listens on, also when it was asked to choose one. */
    int port();

    /** What it did so far, and which threads did it. */
    Stats stats();

    /**
     * Accepts no more, closes idle connections, lets requests that are complete be answered until
     * {@link ServerSettings.Timeouts#drain()}, then cuts off what is left. Returns when all its threads have ended.
     */
    @Override
    void close();
}
