package dev.threeways.connections;

import dev.threeways.connections.http.HttpLimits;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;

/**
 * The limits of a server, equal for all architectures.
 *
 * @param port on the loopback address; 0 for one that is free
 * @param shared several processes may listen on the port ({@code SO_REUSEPORT})
 * @param backlog connections that the kernel completes and keeps before they are accepted; what
 *     {@code net.core.somaxconn} allows at most
 * @param maxConnections accepted and open at once; further ones wait in the backlog
 * @param maxPipelined requests of one connection that are read before the first of them is answered
 * @param maxQueued requests that wait for a worker, where there are workers apart; further ones are answered with 503
 * @param acceptors threads that accept, where an architecture has several
 * @param workers threads that handle requests, where an architecture has them apart
 * @param requestTimeout from the first byte of a request to its last
 * @param idleTimeout between requests
 * @param writeTimeout for a client to take what is written to it
 * @param drainTimeout for what is begun when the server closes
 * @param selectors the JDK's, with the facility it stands on: epoll unless told otherwise
 */
public record ServerSettings(int port, boolean shared, int backlog, int maxConnections, int maxPipelined, int maxQueued,
        int acceptors, int workers, HttpLimits limits, Duration requestTimeout, Duration idleTimeout,
        Duration writeTimeout, Duration drainTimeout, SelectorProvider selectors, Trace trace) {

    /** What a client may still send, unread, after the last answer, and how long it may take to close. */
    static final int LINGER_BYTES = 1 << 20;

    static final Duration LINGER_TIMEOUT = Duration.ofSeconds(1);

    /** What one process may open here is often 20,000 files, and everything else needs some as well. */
    public static final int DEFAULT_CONNECTIONS = 19_500;

    /** @throws IllegalArgumentException if a limit is not positive */
    public ServerSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("A port is between 0 and 65535, not " + port);
        }
        if (Math.min(Math.min(backlog, maxConnections), Math.min(maxPipelined, maxQueued)) < 1
                || Math.min(acceptors, workers) < 1) {
            throw new IllegalArgumentException("Limits must be positive: backlog " + backlog + ", connections "
                    + maxConnections + ", pipelined " + maxPipelined + ", queued " + maxQueued + ", acceptors "
                    + acceptors + ", workers " + workers);
        }
    }

    /** A free port, two acceptors, and two workers for each CPU. */
    public static ServerSettings defaults() {
        return new ServerSettings(0, false, 4096, DEFAULT_CONNECTIONS, 16, 4096, 2,
                2 * Runtime.getRuntime().availableProcessors(), HttpLimits.DEFAULT, Duration.ofSeconds(10),
                Duration.ofSeconds(180), Duration.ofSeconds(10), Duration.ofSeconds(5), SelectorProvider.provider(),
                Trace.NONE);
    }

    public ServerSettings withPort(int newPort) {
        return new ServerSettings(newPort, shared, backlog, maxConnections, maxPipelined, maxQueued, acceptors, workers,
                limits, requestTimeout, idleTimeout, writeTimeout, drainTimeout, selectors, trace);
    }

    public ServerSettings withShared(boolean newShared) {
        return new ServerSettings(port, newShared, backlog, maxConnections, maxPipelined, maxQueued, acceptors, workers,
                limits, requestTimeout, idleTimeout, writeTimeout, drainTimeout, selectors, trace);
    }

    /** @param newMaxConnections accepted and open at once */
    public ServerSettings withConnections(int newBacklog, int newMaxConnections) {
        return new ServerSettings(port, shared, newBacklog, newMaxConnections, maxPipelined, maxQueued, acceptors,
                workers, limits, requestTimeout, idleTimeout, writeTimeout, drainTimeout, selectors, trace);
    }

    public ServerSettings withThreads(int newAcceptors, int newWorkers) {
        return new ServerSettings(port, shared, backlog, maxConnections, maxPipelined, maxQueued, newAcceptors,
                newWorkers, limits, requestTimeout, idleTimeout, writeTimeout, drainTimeout, selectors, trace);
    }

    public ServerSettings withLimits(HttpLimits newLimits, int newMaxPipelined, int newMaxQueued) {
        return new ServerSettings(port, shared, backlog, maxConnections, newMaxPipelined, newMaxQueued, acceptors,
                workers, newLimits, requestTimeout, idleTimeout, writeTimeout, drainTimeout, selectors, trace);
    }

    public ServerSettings withTimeouts(Duration request, Duration idle, Duration write, Duration drain) {
        return new ServerSettings(port, shared, backlog, maxConnections, maxPipelined, maxQueued, acceptors, workers,
                limits, request, idle, write, drain, selectors, trace);
    }

    public ServerSettings withSelectors(SelectorProvider newSelectors) {
        return new ServerSettings(port, shared, backlog, maxConnections, maxPipelined, maxQueued, acceptors, workers,
                limits, requestTimeout, idleTimeout, writeTimeout, drainTimeout, newSelectors, trace);
    }

    public ServerSettings withTrace(Trace newTrace) {
        return new ServerSettings(port, shared, backlog, maxConnections, maxPipelined, maxQueued, acceptors, workers,
                limits, requestTimeout, idleTimeout, writeTimeout, drainTimeout, selectors, newTrace);
    }
}
