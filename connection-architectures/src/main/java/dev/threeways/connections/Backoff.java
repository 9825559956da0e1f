package dev.threeways.connections;

/**
 * How long an acceptor waits after an error before it tries again: 50 ms, doubled up to 1.6 s, as Tomcat does. An acceptor
 * that gave up would leave a port that nobody serves; one that tried again at once would use a CPU for nothing, since what
 * it lacks (descriptors, threads) comes back only when others give it back. One acceptor each; not thread-safe.
 */
final class Backoff {

    private static final long FIRST_MILLIS = 50;

    private static final long LAST_MILLIS = 1_600;

    private long nextMillis = FIRST_MILLIS;

    long nextMillis() {
        long millis = nextMillis;
        nextMillis = Math.min(2 * millis, LAST_MILLIS);
        return millis;
    }

    /** After a connection that could be accepted. */
    void reset() {
        nextMillis = FIRST_MILLIS;
    }
}
