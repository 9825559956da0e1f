package dev.threeways.lab.process;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Ends what still runs when this JVM ends, by Ctrl-C for example. The last that started ends first, so that a service
 * goes before its database.
 */
public final class AtExit {

    private static final Deque<AutoCloseable> running = new ArrayDeque<>();

    private static boolean exiting;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(AtExit::endAll, "end-what-still-runs"));
    }

    private AtExit() {}

    /** @return false if the JVM is already ending: then the caller closes it */
    public static synchronized boolean add(AutoCloseable started) {
        if (exiting) {
            return false;
        }
        running.push(started);
        return true;
    }

    public static synchronized void remove(AutoCloseable started) {
        running.remove(started);
    }

    private static void endAll() {
        synchronized (AtExit.class) {
            exiting = true;
        }
        for (AutoCloseable last = next(); last != null; last = next()) {
            try {
                last.close();
            } catch (Exception e) { // the others must still be ended
                System.err.println("While ending what still ran: " + e);
            }
        }
    }

    private static synchronized @Nullable AutoCloseable next() {
        return running.poll();
    }
}
