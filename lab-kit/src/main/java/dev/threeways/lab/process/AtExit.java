package dev.threeways.lab.process;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What still runs when this JVM ends, by Ctrl-C for one, is ended with it: the last that started first, so that a
 * service goes before the database it uses.
 */
public final class AtExit {

    private static final Deque<AutoCloseable> running = new ArrayDeque<>();

    private static boolean exiting;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(AtExit::endAll, "end-what-still-runs"));
    }

    private AtExit() {}

    /** @return false if the JVM is already on its way out: then the caller closes it */
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
            } catch (Exception e) { // the others must be ended all the same
                System.err.println("While ending what still ran: " + e);
            }
        }
    }

    private static synchronized @Nullable AutoCloseable next() {
        return running.poll();
    }
}
