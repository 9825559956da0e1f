package dev.threeways.gatling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says when the warm-up ends: after a time, or, with a control directory, when somebody puts a file {@code measure}
 * into it, which may say when the schedule is to begin: at a time in milliseconds since 1970, or, if it says {@code wait}, when
 * there is a file {@code begin}, and then at once, for its first users are there by then. A file {@code rest} lets the warm-up send
 * nothing more, without beginning the schedule; clients that have a connection each and have not opened it yet still do. A file
 * {@code stop} ends the sending in the middle of the schedule. A file {@code all-users} calls the warm-up's users that did not
 * begin with the first. A file {@code stay} keeps the process from writing its report and ending, as long as it is there.
 * Tells there how far the run has come, in {@code progress.json}, which is replaced as a whole.
 */
final class RunControl implements AutoCloseable {

    static final String MEASURE = "measure";

    static final String BEGIN = "begin";

    static final String REST = "rest";

    static final String STOP = "stop";

    static final String ALL_USERS = "all-users";

    static final String STAY = "stay";

    static final String PROGRESS = "progress.json";

    private static final String WAIT = "wait";

    private static final Duration POLL = Duration.ofMillis(50);

    /** From a file {@code begin} to the beginning: whoever put it there wants to know when that is before it comes. */
    private static final Duration NEARLY_AT_ONCE = Duration.ofMillis(300);

    /** Whoever put the file there may be gone. */
    private static final Duration STAY_LIMIT = Duration.ofMinutes(10);

    private static final Duration REPORT = Duration.ofMillis(250);

    private final @Nullable Path directory;

    private final Duration warmUp;

    private final RequestRecorder recorder;

    private final Runnable allUsers;

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("run-control").factory());

    private volatile long warmUpEndNanos;

    private volatile boolean isToMeasure;

    private volatile long beginEpochMillis;

    private volatile boolean waitsToBegin;

    private final CompletableFuture<Void> begun = new CompletableFuture<>();

    private volatile boolean isResting;

    private volatile boolean hasAllUsers;

    /**
     * @param directory null if nobody but the time ends the warm-up
     * @param allUsers called once, if all users are called for
     */
    RunControl(@Nullable Path directory, Duration warmUp, RequestRecorder recorder, Runnable allUsers) {
        this.directory = directory;
        this.warmUp = warmUp;
        this.recorder = recorder;
        this.allUsers = allUsers;
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
            every(POLL, () -> look(control));
            every(REPORT, () -> tryReport(control));
        }
    }

    boolean isWarmingUp() {
        return !isToMeasure && System.nanoTime() - warmUpEndNanos < 0 && recorder.hasRoomForWarmUp();
    }

    /** Whether the warm-up sends nothing. */
    boolean isResting() {
        return isResting;
    }

    /**
     * Called by each user of the schedule. With the first it is known when the schedule begins: as soon as it can, or later if
     * somebody said so; or it is not known yet, if it waits for a word.
     *
     * @param lead that it needs
     */
    void arrive(Duration lead) {
        if (!waitsToBegin) {
            begin(Math.max(lead.toMillis(), beginEpochMillis - System.currentTimeMillis()));
        }
    }

    /** Complete when it is known when the schedule begins. */
    CompletableFuture<Void> begun() {
        return begun;
    }

    private void begin(long fromNowMillis) {
        recorder.startMeasuring(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(fromNowMillis));
        begun.complete(null);
    }

    private void look(Path control) {
        isResting = isResting || Files.exists(control.resolve(REST));
        if (!isToMeasure && Files.exists(control.resolve(MEASURE))) {
            readBegin(control.resolve(MEASURE));
            isToMeasure = true;
        }
        if (waitsToBegin && !begun.isDone() && Files.exists(control.resolve(BEGIN))) {
            begin(NEARLY_AT_ONCE.toMillis());
            tryReport(control);
        }
        if (Files.exists(control.resolve(STOP))) {
            recorder.sendNoMore();
        }
        if (!hasAllUsers && Files.exists(control.resolve(ALL_USERS))) {
            hasAllUsers = true;
            allUsers.run();
        }
    }

    private void readBegin(Path measure) {
        try {
            String text = Files.readString(measure).strip();
            waitsToBegin = text.equals(WAIT);
            beginEpochMillis = waitsToBegin || text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (IOException | NumberFormatException e) {
            System.err.println("The schedule begins now: " + measure + " says no time in milliseconds: " + e);
        }
    }

    /** Reports a last time. */
    @Override
    public void close() {
        scheduler.shutdownNow();
        if (directory != null) {
            tryReport(directory);
        }
    }

    /** Until it need not stay any more. */
    void awaitLeave() {
        long limitNanos = System.nanoTime() + STAY_LIMIT.toNanos();
        try {
            while (directory != null && Files.exists(directory.resolve(STAY)) && System.nanoTime() - limitNanos < 0) {
                Thread.sleep(POLL); // nobody tells when a file goes
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
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
