package dev.threeways.simulator;

import java.time.Duration;

/**
 * @param host address to listen on
 * @param port 0 for any free one
 * @param seed determines the payments' draws, together with their keys
 * @param behaviour at first; it can be changed later
 * @param eventLoops threads that do everything. One serves thousands of payments per second; more only take cores from
 * the service under test
 * @param maxKeys keys remembered per run. Payments beyond are served and counted, but not by key
 * @param maxConnections open connections; further ones are closed at once and counted
 * @param hangLimit how long a {@link SimulatedOutcome#HANG} holds its connection
 * @param stopGrace how long {@link PaymentSimulator#close()} waits for payments in progress
 */
public record SimulatorSettings(String host, int port, long seed, Behaviour behaviour, int eventLoops, int maxKeys,
        int maxConnections, Duration hangLimit, Duration stopGrace) {

    /** Loopback, any free port, seed 1, a healthy payment API. */
    public static final SimulatorSettings DEFAULT = new SimulatorSettings("127.0.0.1", 0, 1, Behaviour.HEALTHY, 1,
            1_000_000, 10_000, Duration.ofSeconds(60), Duration.ofSeconds(2));

    /** Keeps the book of calls below 400 MB. */
    private static final int MAX_KEYS = 5_000_000;

    /** @throws IllegalArgumentException if a value is out of its range; the message names it */
    public SimulatorSettings {
        require(port >= 0 && port <= 65_535, "The port must be between 0 and 65535, not " + port);
        require(eventLoops >= 1 && eventLoops <= 64, "There must be 1 to 64 event loops, not " + eventLoops);
        require(maxKeys >= 1 && maxKeys <= MAX_KEYS,
                "Between 1 and " + MAX_KEYS + " keys can be remembered, not " + maxKeys);
        require(maxConnections >= 1, "There must be at least 1 connection, not " + maxConnections);
        require(hangLimit.isPositive() && hangLimit.compareTo(Duration.ofHours(1)) <= 0,
                "A hang must last between 0 and 1 h, not " + hangLimit);
        require(!stopGrace.isNegative(), "The grace of a stop must not be negative: " + stopGrace);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    public SimulatorSettings withPort(int newPort) {
        return new SimulatorSettings(host, newPort, seed, behaviour, eventLoops, maxKeys, maxConnections, hangLimit,
                stopGrace);
    }

    public SimulatorSettings withSeed(long newSeed) {
        return new SimulatorSettings(host, port, newSeed, behaviour, eventLoops, maxKeys, maxConnections, hangLimit,
                stopGrace);
    }

    public SimulatorSettings withBehaviour(Behaviour newBehaviour) {
        return new SimulatorSettings(host, port, seed, newBehaviour, eventLoops, maxKeys, maxConnections, hangLimit,
                stopGrace);
    }

    public SimulatorSettings withLimits(int newMaxKeys, int newMaxConnections, Duration newHangLimit) {
        return new SimulatorSettings(host, port, seed, behaviour, eventLoops, newMaxKeys, newMaxConnections,
                newHangLimit, stopGrace);
    }
}
