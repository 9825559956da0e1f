package dev.threeways.connections;

import dev.threeways.connections.http.HttpLimits;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;

/**
 * Settings of a server, equal for all architectures.
 *
 * @param port on the loopback address; 0 for a free one
 * @param shared whether several processes may listen on the port ({@code SO_REUSEPORT})
 * @param selectors the JDK's, with their facility: epoll by default
 */
public record ServerSettings(int port, boolean shared, Threads threads, Limits limits, Timeouts timeouts,
        SelectorProvider selectors, Trace trace) {

    /**
     * Most bytes a client may still send, unread, after the last answer; {@link #LINGER_TIMEOUT} is the time it has to
     * close.
     */
    static final int LINGER_BYTES = 1 << 20;

    static final Duration LINGER_TIMEOUT = Duration.ofSeconds(1);

    /** Leaves some descriptors for everything else where a process may open 20,000 files, as is common. */
    public static final int DEFAULT_CONNECTIONS = 19_500;

    /**
     * Numbers of threads.
     *
     * @param acceptors threads that accept, where an architecture has several
     * @param workers threads that handle requests, where an architecture has them apart
     */
    public record Threads(int acceptors, int workers) {

        /** @throws IllegalArgumentException if a number is not positive */
        public Threads {
            if (Math.min(acceptors, workers) < 1) {
                throw new IllegalArgumentException(
                        "Threads must be positive: acceptors " + acceptors + ", workers " + workers);
            }
        }
    }

    /**
     * Limits on what clients may take up.
     *
     * @param request limits of each request
     * @param backlog connections that the kernel completes and keeps before they are accepted; at most
     *     {@code net.core.somaxconn}
     * @param connections accepted and open at once; further ones wait in the backlog
     * @param pipelined requests of one connection that are read before the first of them is answered
     * @param queued requests that wait for a worker, where there are workers apart; further ones are rejected with 503
     */
    public record Limits(HttpLimits request, int backlog, int connections, int pipelined, int queued) {

        /** @throws IllegalArgumentException if a limit is not positive */
        public Limits {
            if (Math.min(Math.min(backlog, connections), Math.min(pipelined, queued)) < 1) {
                throw new IllegalArgumentException("Limits must be positive: backlog " + backlog + ", connections "
                        + connections + ", pipelined " + pipelined + ", queued " + queued);
            }
        }
    }

    /**
     * Longest times.
     *
     * @param request from its first byte to its last
     * @param idle between requests
     * @param write for a client to take what is written to it
     * @param drain for requests in hand when the server closes
     */
    public record Timeouts(Duration request, Duration idle, Duration write, Duration drain) {}

    /** @throws IllegalArgumentException if there is no such port */
    public ServerSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("A port is between 0 and 65535, not " + port);
        }
    }

    /** Returns settings with a free port, two acceptors, and two workers for each CPU. */
    public static ServerSettings defaults() {
        return new ServerSettings(0, false, new Threads(2, 2 * Runtime.getRuntime().availableProcessors()),
                new Limits(HttpLimits.DEFAULT, 4096, DEFAULT_CONNECTIONS, 16, 4096),
                new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(180), Duration.ofSeconds(10),
                        Duration.ofSeconds(5)),
                SelectorProvider.provider(), Trace.NONE);
    }

    public ServerSettings withPort(int newPort) {
        return new ServerSettings(newPort, shared, threads, limits, timeouts, selectors, trace);
    }

    public ServerSettings withShared(boolean newShared) {
        return new ServerSettings(port, newShared, threads, limits, timeouts, selectors, trace);
    }

    public ServerSettings withThreads(int acceptors, int workers) {
        return new ServerSettings(port, shared, new Threads(acceptors, workers), limits, timeouts, selectors, trace);
    }

    /** @param connections accepted and open at once */
    public ServerSettings withConnections(int backlog, int connections) {
        return new ServerSettings(port, shared, threads,
                new Limits(limits.request, backlog, connections, limits.pipelined, limits.queued), timeouts, selectors,
                trace);
    }

    public ServerSettings withLimits(HttpLimits request, int pipelined, int queued) {
        return new ServerSettings(port, shared, threads,
                new Limits(request, limits.backlog, limits.connections, pipelined, queued), timeouts, selectors, trace);
    }

    public ServerSettings withTimeouts(Duration request, Duration idle, Duration write, Duration drain) {
        return new ServerSettings(port, shared, threads, limits, new Timeouts(request, idle, write, drain), selectors,
                trace);
    }

    public ServerSettings withSelectors(SelectorProvider newSelectors) {
        return new ServerSettings(port, shared, threads, limits, timeouts, newSelectors, trace);
    }

    public ServerSettings withTrace(Trace newTrace) {
        return new ServerSettings(port, shared, threads, limits, timeouts, selectors, newTrace);
    }
}
