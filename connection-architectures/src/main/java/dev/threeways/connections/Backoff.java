package dev.threeways.connections;

/**
 * Delay of an acceptor after an error: 50 ms, doubled up to 1.6 s, as in Tomcat. An acceptor that gave up would leave a
 * port unserved. One that tried again at once would waste a CPU: descriptors and threads come back only when others
 * release them. Each acceptor has its own; not thread-safe.
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

    /** Call after a connection was accepted. */
    void reset() {
        nextMillis = FIRST_MILLIS;
    }
}
