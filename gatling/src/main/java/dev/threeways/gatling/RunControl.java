package dev.threeways.gatling;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the warm-up ends: after a time, or on the command of another process, the director, which listens on a
 * Unix domain socket. The director sends one command a line. It receives the run's progress, as a line of JSON every
 * {@value #REPORT_MILLIS} ms.
 *
 * <table>
 * <caption>Commands</caption>
 * <tr><td>{@code all-users}</td><td>the warm-up's remaining users begin</td></tr>
 * <tr><td>{@code rest}</td><td>the warm-up sends nothing more, and the schedule does not begin yet. Clients with a
 * connection each still open it if they have not</td></tr>
 * <tr><td>{@code measure}</td><td>the warm-up ends, and the schedule begins as soon as it can</td></tr>
 * <tr><td>{@code measure MILLIS}</td><td>like {@code measure}, but not before that time, since 1970</td></tr>
 * <tr><td>{@code measure wait}</td><td>like {@code measure}, but not before {@code begin}. The schedule's first users
 * are there by then, so it begins nearly at once</td></tr>
 * <tr><td>{@code stop}</td><td>in the middle of the schedule: nothing more is sent</td></tr>
 * </table>
 *
 * <p>If the director is gone, the run goes on.
 */
final class RunControl implements AutoCloseable {

    private static final int REPORT_MILLIS = 250;

    private static final String WAIT = "wait";

    /** Time from {@code begin} to the beginning: the director has to know it in advance. */
    private static final Duration NEARLY_AT_ONCE = Duration.ofMillis(300);

    private final @Nullable Path socket;

    private final Duration warmUp;

    private final RequestRecorder recorder;

    private final Runnable allUsers;

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("run-control").factory());

    private @Nullable SocketChannel director;

    private volatile long warmUpEndNanos;

    private volatile boolean isToMeasure;

    private volatile long beginEpochMillis;

    private volatile boolean waitsToBegin;

    private final CompletableFuture<Void> begun = new CompletableFuture<>();

    private volatile boolean isResting;

    private boolean hasAllUsers;

    /**
     * @param socket of the process that directs this one; null if only time ends the warm-up
     * @param allUsers called once, on the command {@code all-users}
     */
    RunControl(@Nullable Path socket, Duration warmUp, RequestRecorder recorder, Runnable allUsers) {
        this.socket = socket;
        this.warmUp = warmUp;
        this.recorder = recorder;
        this.allUsers = allUsers;
    }

    /** @throws UncheckedIOException if no process listens on the socket */
    void start() {
        warmUpEndNanos = System.nanoTime() + warmUp.toNanos();
        if (socket != null) {
            try {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channel.connect(UnixDomainSocketAddress.of(socket));
                director = channel;
                Thread.ofPlatform().daemon().name("run-commands").start(() -> obey(channel));
            } catch (IOException e) {
                throw new UncheckedIOException("Nobody listens on -Dcontrol=" + socket, e);
            }
            var _ = scheduler.scheduleAtFixedRate(this::report, 0, REPORT_MILLIS, TimeUnit.MILLISECONDS);
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
     * Called by each user of the schedule. The first call fixes the schedule's beginning: as soon as possible, or at
     * the time of a command {@code measure}. If it waits for {@code begin}, the beginning stays open.
     *
     * @param lead time that it needs
     */
    void arrive(Duration lead) {
        if (!waitsToBegin) {
            begin(Math.max(lead.toMillis(), beginEpochMillis - System.currentTimeMillis()));
        }
    }

    /** Complete when the schedule's beginning is known. */
    CompletableFuture<Void> begun() {
        return begun;
    }

    private void begin(long fromNowMillis) {
        recorder.startMeasuring(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(fromNowMillis));
        begun.complete(null);
    }

    private void obey(SocketChannel channel) {
        try {
            BufferedReader commands = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            for (String command = commands.readLine(); command != null; command = commands.readLine()) {
                obey(command);
            }
        } catch (IOException | RuntimeException e) {
            System.err.println("Nobody directs this run any more: " + e);
        }
    }

    private void obey(String command) {
        String[] words = command.split(" ", 2);
        switch (words[0]) {
            case "all-users" -> {
                if (!hasAllUsers) {
                    hasAllUsers = true;
                    allUsers.run();
                }
            }
            case "rest" -> isResting = true;
            case "measure" -> {
                String when = words.length > 1 ? words[1] : "0";
                waitsToBegin = when.equals(WAIT);
                beginEpochMillis = waitsToBegin ? 0 : Long.parseLong(when);
                isToMeasure = true;
            }
            case "begin" -> {
                if (waitsToBegin && !begun.isDone()) {
                    begin(NEARLY_AT_ONCE.toMillis());
                    report();
                }
            }
            case "stop" -> recorder.sendNoMore();
            default -> throw new IllegalArgumentException("There is no command '" + command + "'");
        }
    }

    /** Reports a last time. */
    @Override
    public void close() {
        scheduler.shutdownNow();
        report();
    }

    private synchronized void report() {
        SocketChannel channel = director;
        if (channel == null) {
            return;
        }
        try {
            ByteBuffer line = ByteBuffer.wrap(recorder.progressJson().getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException _) { // the director has gone
            director = null;
        }
    }
}
