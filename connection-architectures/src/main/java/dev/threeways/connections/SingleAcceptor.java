package dev.threeways.connections;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * One thread that listens and accepts, and a thread for each connection. The connection's thread reads, handles and
 * writes in a straight line, and parks wherever it waits. With platform threads this is memcached's early shape, and
 * that of every classic server. With virtual threads the program is the same, but its waits park no thread of the
 * operating system.
 */
public final class SingleAcceptor implements ConnectionServer {

    /**
     * Interval of the search for clients that do not take their answers; a write to a socket has no timeout of its own.
     */
    private static final long LOOK_MILLIS = 1_000;

    /**
     * Longest wait for a cut thread. Closed socket and interrupt end it, unless its handler computes for longer than
     * this.
     */
    private static final long CUT_NANOS = 60_000_000_000L;

    private final ServerSettings settings;

    private final Watch watch;

    private final Answering answering;

    private final ThreadFactory threads;

    private final Semaphore room;

    private final Set<BlockingConnection> connections = ConcurrentHashMap.newKeySet();

    private volatile boolean closing;

    private @Nullable ServerSocket socket;

    private @Nullable Thread acceptor;

    private @Nullable Thread lookout;

    private SingleAcceptor(ServerSettings settings, Handler handler, ThreadFactory threads) {
        this.settings = settings;
        this.watch = new Watch(settings.trace());
        this.answering = new Answering(handler, watch);
        this.threads = threads;
        this.room = new Semaphore(settings.limits().connections());
    }

    /** Gives each connection a thread of the operating system. */
    public static SingleAcceptor withPlatformThreads(ServerSettings settings, Handler handler) {
        return new SingleAcceptor(settings, handler,
                Thread.ofPlatform().name(Watch.CONNECTION_THREAD, 1).factory());
    }

    /** Gives each connection a virtual thread. */
    public static SingleAcceptor withVirtualThreads(ServerSettings settings, Handler handler) {
        return new SingleAcceptor(settings, handler, Thread.ofVirtual().name(Watch.CONNECTION_THREAD, 1).factory());
    }

    @Override
    public void start() throws IOException {
        ServerSocket bound = Listening.bind(settings, watch);
        socket = bound;
        acceptor = Thread.ofPlatform().name("acceptor-1").start(() -> accept(bound));
        lookout = Thread.ofPlatform().daemon().name("lookout").start(this::lookForStalledWrites);
    }

    @Override
    public int port() {
        ServerSocket bound = socket;
        if (bound == null) {
            throw new IllegalStateException("Not started.");
        }
        return bound.getLocalPort();
    }

    @Override
    public Stats stats() {
        return watch.stats();
    }

    /** Whether a connection should end after its current answer. */
    boolean isClosing() {
        return closing;
    }

    /** Called by a connection's thread as its last action. */
    void ended(BlockingConnection connection) {
        connections.remove(connection);
        room.release();
        watch.closed();
    }

    private void accept(ServerSocket bound) {
        Backoff backoff = new Backoff();
        while (!closing) {
            room.acquireUninterruptibly(); // before accepting: beyond the limit, connections wait in the backlog
            if (watch.trace.isOn()) {
                watch.trace.step(Trace.NO_CONNECTION, Role.ACCEPTOR, "wait for a connection: this thread parks",
                        "accept");
            }
            try {
                serve(bound.accept());
                backoff.reset();
            } catch (IOException | OutOfMemoryError _) { // OutOfMemoryError: no thread could be created
                room.release();
                if (!closing) {
                    watch.acceptErrors.increment();
                    pause(backoff.nextMillis());
                }
            }
        }
    }

    private void serve(Socket accepted) throws IOException {
        long id = watch.accepted();
        BlockingConnection connection = new BlockingConnection(this, settings, watch, answering, accepted, id);
        connections.add(connection);
        try {
            accepted.setTcpNoDelay(true);
            Thread thread = threads.newThread(connection);
            if (watch.trace.isOn()) {
                watch.trace.step(id, Role.ACCEPTOR, "accepted; goes to " + thread.getName(), "Thread.start");
            }
            connection.start(thread);
        } catch (IOException | OutOfMemoryError e) {
            connections.remove(connection);
            connection.cut();
            watch.closed();
            throw e;
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis); // others must first release what is lacking
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookForStalledWrites() {
        while (!closing) {
            try {
                Thread.sleep(LOOK_MILLIS); // a second more or less does not matter to a stalled client
            } catch (InterruptedException _) {
                return; // the server closes
            }
            long now = System.nanoTime();
            connections.forEach(connection -> connection.cutIfStalled(now));
        }
    }

    @Override
    public void close() {
        closing = true;
        ServerSocket bound = socket;
        if (bound == null) {
            return;
        }
        try {
            bound.close();
        } catch (IOException _) {
            // The descriptor is released all the same.
        }
        room.release(); // wakes an acceptor that waits for a permit, to see that the server closes
        join(acceptor);
        if (lookout != null) {
            lookout.interrupt();
        }
        join(lookout);
        connections.forEach(BlockingConnection::drain);
        long until = System.nanoTime() + settings.timeouts().drain().toNanos();
        connections.forEach(connection -> connection.awaitEnd(until));
        connections.forEach(BlockingConnection::cut);
        connections.forEach(connection -> connection.awaitEnd(System.nanoTime() + CUT_NANOS));
    }

    private static void join(@Nullable Thread thread) {
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
