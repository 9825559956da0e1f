package dev.threeways.lab.cli;

import java.time.Duration;

/**
 * Handles Ctrl-C: interrupts the thread that runs the comparison, which has time to stop what it started and to write
 * its results. The JVM then ends with the code shells expect of a signal (130, 143).
 */
public final class Interruption {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private volatile boolean happened;

    private boolean isOver;

    /** Lets a signal interrupt the calling thread, until the thread calls {@link #exit}. */
    public static Interruption ofThisThread() {
        Interruption interruption = new Interruption();
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (interruption.happens()) {
                main.interrupt();
                try {
                    boolean _ = main.join(PATIENCE);
                } catch (InterruptedException _) { // nobody interrupts this thread
                    Thread.currentThread().interrupt();
                }
            }
        }, "interruption"));
        return interruption;
    }

    /** @return false if the thread has nothing left to stop, and only waits for the shutdown itself */
    private synchronized boolean happens() {
        happened = !isOver;
        return happened;
    }

    public boolean happened() {
        return happened;
    }

    /** Ends the JVM. Returns if a signal does: {@code System.exit} would deadlock with the shutdown hook. */
    public void exit(int code) {
        synchronized (this) {
            isOver = true;
        }
        if (!happened) {
            System.exit(code);
        }
    }
}
