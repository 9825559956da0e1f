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

    /** Returns the port it listens on, also if the system chose it. */
    int port();

    /** Returns what the server did so far, and which threads did it. */
    Stats stats();

    /**
     * Accepts no more and closes idle connections. Complete requests are answered for at most
     * {@link ServerSettings.Timeouts#drain()}, then the remaining connections are cut. Returns when all its threads
     * have ended.
     */
    @Override
    void close();
}
