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
 * One thread that listens and accepts, and a thread for each connection, which reads, handles and writes in a straight line
 * and parks wherever it has to wait. With platform threads as in memcached's early shape and in every classic server; with
 * virtual threads the same program, whose waits park no thread of the operating system.
 */
public final class SingleAcceptor implements ConnectionServer {

    /** How often it is looked whether a client does not take its answer; a write to a socket has no time-out of its own. */
    private static final long LOOK_MILLIS = 1_000;

    /** A thread whose socket is closed and that is interrupted ends, unless its handler computes for longer than this. */
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

    /** A thread of the operating system for each connection. */
    public static SingleAcceptor withPlatformThreads(ServerSettings settings, Handler handler) {
        return new SingleAcceptor(settings, handler,
                Thread.ofPlatform().name(Watch.CONNECTION_THREAD, 1).factory());
    }

    /** A virtual thread for each connection. */
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

    /** Whether a connection should end with the answer it is at. */
    boolean isClosing() {
        return closing;
    }

    /** Of a connection's thread, as the last thing it does. */
    void ended(BlockingConnection connection) {
        connections.remove(connection);
        room.release();
        watch.closed();
    }

    private void accept(ServerSocket bound) {
        Backoff backoff = new Backoff();
        while (!closing) {
            room.acquireUninterruptibly(); // before accepting: who finds no room waits in the backlog
            if (watch.trace.isOn()) {
                watch.trace.step(Trace.NO_CONNECTION, Role.ACCEPTOR, "wait for a connection: this thread parks",
                        "accept");
            }
            try {
                serve(bound.accept());
                backoff.reset();
            } catch (IOException | OutOfMemoryError _) { // an error of this kind: no thread could be had
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
            Thread.sleep(millis); // what is lacking comes back when others give it back
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookForStalledWrites() {
        while (!closing) {
            try {
                Thread.sleep(LOOK_MILLIS); // a second more or less does not matter to a client that takes nothing
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
            // Its descriptor is given back all the same.
        }
        room.release(); // an acceptor that waits for room looks again whether the server closes
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
