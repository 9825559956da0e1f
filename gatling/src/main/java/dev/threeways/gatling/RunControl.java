package dev.threeways.gatling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says when the warm-up ends: after a time, or, with a control directory, when somebody puts a file {@code measure} into
 * it. Tells there how far the run has come, in {@code progress.json}, which is replaced as a whole.
 */
final class RunControl implements AutoCloseable {

    static final String COMMAND = "measure";

    static final String PROGRESS = "progress.json";

    private static final Duration POLL = Duration.ofMillis(50);

    private static final Duration REPORT = Duration.ofMillis(250);

    private final @Nullable Path directory;

    private final Duration warmUp;

    private final RequestRecorder recorder;

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("run-control").factory());

    private volatile long warmUpEndNanos;

    private volatile boolean commanded;

    /** @param directory null if nobody but the time ends the warm-up */
    RunControl(@Nullable Path directory, Duration warmUp, RequestRecorder recorder) {
        this.directory = directory;
        this.warmUp = warmUp;
        this.recorder = recorder;
    }

    /** @throws UncheckedIOException if the control directory cannot be written to */
    void start() {
        warmUpEndNanos = System.nanoTime() + warmUp.toNanos();
        if (directory != null) {
            Path control = directory;
            try {
                Files.createDirectories(control);
                report(control);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot write to the control directory " + control, e);
            }
            every(POLL, () -> commanded = commanded || Files.exists(control.resolve(COMMAND)));
            every(REPORT, () -> tryReport(control));
        }
    }

    boolean isWarmingUp() {
        return !commanded && System.nanoTime() - warmUpEndNanos < 0 && recorder.hasRoomForWarmUp();
    }

    /** Reports a last time. */
    @Override
    public void close() {
        scheduler.shutdownNow();
        if (directory != null) {
            tryReport(directory);
        }
    }

    private void every(Duration period, Runnable task) {
        var _ = scheduler.scheduleAtFixedRate(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A report that fails does not end the run: the next one may succeed, and whoever waits for it has a time-out. */
    private void tryReport(Path control) {
        try {
            report(control);
        } catch (IOException e) {
            System.err.println("Cannot write " + control.resolve(PROGRESS) + ": " + e);
        }
    }

    private synchronized void report(Path control) throws IOException {
        Path fresh = control.resolve(PROGRESS + ".part");
        Files.writeString(fresh, recorder.progressJson());
        Files.move(fresh, control.resolve(PROGRESS), StandardCopyOption.ATOMIC_MOVE);
    }
}
