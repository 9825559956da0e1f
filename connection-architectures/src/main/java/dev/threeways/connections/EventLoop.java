package dev.threeways.connections;

import dev.threeways.connections.LoopConnection.State;
import dev.threeways.connections.http.Request;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thread that serves many connections: it asks the kernel which are ready, calls each of them back, and asks again.
 * All other connections wait while a callback runs.
 */
final class EventLoop {

    private static final int READ_BYTES = 16 * 1024;

    /** Interval at which a loop at the connection limit checks whether other loops have closed connections. */
    private static final long ROOM_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Provides the socket a loop accepts from. Runs on the loop's thread, which is the listener if it binds. */
    @FunctionalInterface
    interface Listener {

        ServerSocketChannel listen() throws IOException;
    }

    private record Timer(long atNanos, Runnable task) {}

    private final String name;

    private final ServerSettings settings;

    private final Watch watch;

    private final Semaphore room;

    private final Dispatch dispatch;

    private final Backoff backoff = new Backoff();

    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES);

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    private final PriorityQueue<Timer> timers = new PriorityQueue<>(
            (one, other) -> Long.signum(one.atNanos() - other.atNanos()));

    private final Set<LoopConnection> connections = new HashSet<>();

    private final Expiry<LoopConnection> idle;

    private final Expiry<LoopConnection> incomplete;

    private final Expiry<LoopConnection> unwritten;

    private final Expiry<LoopConnection> lingering = new Expiry<>(ServerSettings.LINGER_TIMEOUT.toNanos());

    private final Selector selector;

    private final String facility;

    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private @Nullable Thread thread;

    private @Nullable SelectionKey acceptance;

    private boolean draining;

    private long drainUntil;

    /** @param room one permit for each connection that may be open, shared by all loops of a server */
    EventLoop(String name, ServerSettings settings, Watch watch, Semaphore room, Dispatch dispatch) throws IOException {
        this.name = name;
        this.settings = settings;
        this.watch = watch;
        this.room = room;
        this.dispatch = dispatch;
        this.idle = new Expiry<>(settings.timeouts().idle().toNanos());
        this.incomplete = new Expiry<>(settings.timeouts().request().toNanos());
        this.unwritten = new Expiry<>(settings.timeouts().write().toNanos());
        this.selector = settings.selectors().openSelector();
        String provider = settings.selectors().getClass().getSimpleName().toLowerCase(Locale.ROOT);
        this.facility = provider.contains("epoll") ? "epoll" : provider.contains("poll") ? "poll" : provider;
    }

    /**
     * Starts the thread. Returns when it accepts.
     *
     * @return the port
     * @throws IOException if it could not listen
     */
    int start(Listener listener) throws IOException {
        Thread started = Thread.ofPlatform().name(name).unstarted(() -> run(listener));
        thread = started;
        started.start();
        try {
            return port.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw new IllegalStateException(name + " could not start", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " started", e);
        }
    }

    /** Runs a task on the loop soon; any thread may call this. Without effect once the loop has ended. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Runs a task on the loop after a delay; only the loop itself may call this. */
    void schedule(long nanos, Runnable task) {
        timers.add(new Timer(System.nanoTime() + nanos, task));
    }

    void dispatch(Exchange exchange, Request request) {
        dispatch.dispatch(this, exchange, request);
    }

    /** Returns the buffer that all connections share, each for one callback. */
    ByteBuffer readBuffer() {
        return readBuffer;
    }

    /** Stops accepting, and answers requests in hand for at most {@link ServerSettings.Timeouts#drain()}. */
    void drain() {
        execute(() -> {
            draining = true;
            drainUntil = System.nanoTime() + settings.timeouts().drain().toNanos();
            if (acceptance != null) {
                acceptance.cancel();
            }
            List.copyOf(connections).forEach(LoopConnection::drain);
        });
    }

    /** Waits for the end of a loop that {@link #drain drains}. */
    void awaitEnd() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        try {
            running.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Restarts the timeout: a connection waits for something else now, or is closed. */
    void changed(LoopConnection connection, State before, State now) {
        Expiry<LoopConnection> ended = expiry(before);
        if (ended != null) {
            ended.end(connection);
        }
        Expiry<LoopConnection> begun = expiry(now);
        if (begun != null) {
            begun.begin(connection, System.nanoTime());
        }
        if (now == State.CLOSED) {
            connections.remove(connection);
            room.release();
        }
    }

    private @Nullable Expiry<LoopConnection> expiry(State state) {
        return switch (state) {
            case IDLE -> idle;
            case REQUEST -> incomplete;
            case WRITE -> unwritten;
            case LINGER -> lingering;
            case HANDLER, CLOSED -> null;
        };
    }

    private void run(Listener listener) {
        try {
            ServerSocketChannel channel = listener.listen();
            channel.configureBlocking(false);
            acceptance = channel.register(selector, SelectionKey.OP_ACCEPT);
            if (watch.trace.isOn()) {
                watch.trace.step(Trace.NO_CONNECTION, Role.LISTENER,
                        "set the listening socket non-blocking and register it", "fcntl, " + facility);
            }
            port.complete(channel.socket().getLocalPort());
        } catch (IOException | RuntimeException | Error e) {
            port.completeExceptionally(e);
            closeSelector();
            return;
        }
        try {
            while (!draining || (!connections.isEmpty() && System.nanoTime() - drainUntil < 0)) {
                pass();
            }
        } catch (IOException e) {
            throw new IllegalStateException(name + ": the selector failed", e);
        } finally {
            List.copyOf(connections).forEach(connection -> connection.close("the server closes"));
            closeSelector();
        }
    }

    /** Asks which connections are ready, calls them back, and does what else is due. */
    private void pass() throws IOException {
        long millis = millisToNext();
        if (watch.trace.isOn()) {
            watch.trace.step(Trace.NO_CONNECTION, Role.READER,
                    "ask for ready ones among " + selector.keys().size() + " watched", facility + "_wait".repeat(
                            facility.equals("epoll") ? 1 : 0));
            selector.select(millis);
            watch.trace.step(Trace.NO_CONNECTION, Role.READER, "the kernel returns " + selector.selectedKeys().size()
                    + " ready", "");
        } else {
            selector.select(millis);
        }
        // Timeouts are judged as of now: a client's bytes may lie in its socket while another's callback runs.
        long selected = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof LoopConnection connection) {
                guarded(connection, connection::ready);
            } else if (key.isValid()) {
                guarded(this::accept);
            }
        }
        selector.selectedKeys().clear();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            guarded(task);
        }
        long now = System.nanoTime();
        while (!timers.isEmpty() && timers.element().atNanos() - now <= 0) {
            guarded(timers.remove().task());
        }
        for (Expiry<LoopConnection> expiry : List.of(idle, incomplete, unwritten, lingering)) {
            expiry.expire(selected, connection -> guarded(connection, connection::expired));
        }
    }

    /** Closes only the connection whose callback throws: a loop that died would take all others with it. */
    private void guarded(LoopConnection connection, Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            watch.handlerErrors.increment();
            System.getLogger(EventLoop.class.getName()).log(Level.ERROR, name + ": a connection is closed", e);
            connection.close("an error in the server");
        }
    }

    /** Runs a task that belongs to no connection; the loop goes on whatever it throws. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (CancelledKeyException _) {
            // The listening socket was closed by the thread that closes the server.
        } catch (Throwable e) {
            watch.handlerErrors.increment();
            System.getLogger(EventLoop.class.getName()).log(Level.ERROR, name + " goes on", e);
        }
    }

    /**
     * Returns the time until something is due, rounded up so that it is due when the selector returns; 0 for no limit.
     */
    private long millisToNext() {
        long now = System.nanoTime();
        long nanos = Math.min(Math.min(idle.nanosLeft(now), incomplete.nanosLeft(now)),
                Math.min(unwritten.nanosLeft(now), lingering.nanosLeft(now)));
        if (!timers.isEmpty()) {
            nanos = Math.min(nanos, timers.element().atNanos() - now);
        }
        if (draining) {
            nanos = Math.min(nanos, drainUntil - now);
        }
        return nanos == Long.MAX_VALUE ? 0 : Math.max(1, (nanos + 999_999) / 1_000_000);
    }

    /**
     * Takes one connection, so that each loop that watches a shared socket gets its turn. The selector reports further
     * ones at once.
     */
    private void accept() {
        SelectionKey listening = acceptance;
        if (listening == null || !(listening.channel() instanceof ServerSocketChannel listener)) {
            return;
        }
        if (!room.tryAcquire()) {
            pauseAccepting(ROOM_NANOS);
            return;
        }
        SocketChannel channel = null;
        try {
            channel = listener.accept();
            if (channel == null) { // another loop was faster
                room.release();
                watch.emptyAccepts.increment();
                return;
            }
            backoff.reset();
            long id = watch.accepted();
            if (watch.trace.isOn()) {
                watch.trace.step(id, Role.ACCEPTOR, "accept", "accept4");
            }
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            if (watch.trace.isOn()) {
                watch.trace.step(id, Role.ACCEPTOR, "set it non-blocking and register it", "fcntl, " + facility);
            }
            LoopConnection connection = new LoopConnection(this, settings, watch, channel, key, id);
            key.attach(connection);
            connections.add(connection);
        } catch (IOException _) {
            if (!listener.isOpen()) { // the server closes
                room.release();
                return;
            }
            if (channel != null) {
                watch.closed(); // it was accepted, and is gone already
            }
            LoopConnection.close(channel);
            room.release();
            watch.acceptErrors.increment();
            pauseAccepting(TimeUnit.MILLISECONDS.toNanos(backoff.nextMillis()));
        }
    }

    /**
     * Stops watching the socket: it stays ready while connections are in its backlog, and the selector would never
     * wait.
     */
    private void pauseAccepting(long nanos) {
        SelectionKey listening = acceptance;
        if (listening != null && listening.isValid()) {
            listening.interestOps(0);
            schedule(nanos, () -> {
                if (listening.isValid()) {
                    listening.interestOps(SelectionKey.OP_ACCEPT);
                }
            });
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException | ClosedSelectorException _) {
            // The descriptor is closed all the same.
        }
    }
}
