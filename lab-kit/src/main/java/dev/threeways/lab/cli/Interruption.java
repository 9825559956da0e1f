package dev.threeways.lab.cli;

import java.time.Duration;

/**
 * Ctrl-C: interrupts the thread that runs the comparison and gives it time to stop what it started and to write what it
 * has. The JVM then ends with the code shells expect of a signal (130, 143).
 */
public final class Interruption {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private volatile boolean happened;

    private boolean isOver;

    /** From here on a signal interrupts the calling thread, until it calls {@link #exit}. */
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

    /** @return false if the thread has nothing to stop any more, and only waits for the end of the shutdown itself */
    private synchronized boolean happens() {
        happened = !isOver;
        return happened;
    }

    public boolean happened() {
        return happened;
    }

    /** Ends the JVM. Returns if a signal does: who exits during a shutdown waits for its end, and it for him. */
    public void exit(int code) {
        synchronized (this) {
            isOver = true;
        }
        if (!happened) {
            System.exit(code);
        }
    }
}
