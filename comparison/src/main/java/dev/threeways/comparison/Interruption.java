package dev.threeways.comparison;

import java.time.Duration;

/**
 * Ctrl-C: interrupts the thread that runs the comparison and gives it time to stop what it started and to write what it
 * has. The JVM then ends with the code shells expect of a signal (130, 143), so the thread must not call
 * {@link System#exit}, which would wait for the end of this very shutdown.
 */
final class Interruption {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private volatile boolean happened;

    /** From here on a signal interrupts the calling thread. */
    static Interruption ofThisThread() {
        Interruption interruption = new Interruption();
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (main.isAlive()) {
                interruption.happened = true;
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

    boolean happened() {
        return happened;
    }
}
