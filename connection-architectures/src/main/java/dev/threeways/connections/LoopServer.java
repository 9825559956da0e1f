package dev.threeways.connections;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Common part of the event-loop servers, which differ in their numbers of loops, sockets and workers. */
abstract class LoopServer implements ConnectionServer {

    private final ServerSettings settings;

    private final Watch watch;

    private final Answering answering;

    private final Semaphore room;

    private final List<EventLoop> loops = new ArrayList<>();

    private final List<ServerSocketChannel> sockets = new ArrayList<>();

    private @Nullable Workers workers;

    private int port = -1;

    LoopServer(ServerSettings settings, Handler handler) {
        this.settings = settings;
        this.watch = new Watch(settings.trace());
        this.answering = new Answering(handler, watch);
        this.room = new Semaphore(settings.limits().connections());
    }

    /** Adds the loops, which serve from then on. */
    abstract void open() throws IOException;

    @Override
    public final void start() throws IOException {
        try {
            open();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    ServerSettings settings() {
        return settings;
    }

    /** Dispatches to the loops themselves. */
    Dispatch onLoop() {
        return Dispatch.onLoop(answering, watch);
    }

    /** Dispatches to worker threads, which all loops share. */
    Dispatch toWorkers() {
        Workers shared = workers;
        if (shared == null) {
            shared = new Workers(settings, answering, watch);
            workers = shared;
        }
        return shared;
    }

    /** Adds a loop that binds a socket of its own. The first loop decides the port. */
    void addLoop(String name, boolean sharedPort, Dispatch dispatch) throws IOException {
        int wanted = port < 0 ? settings.port() : port;
        start(name, dispatch, () -> {
            ServerSocketChannel socket = Listening.bind(settings, wanted, sharedPort || settings.shared(), watch);
            synchronized (sockets) {
                sockets.add(socket);
            }
            return socket;
        });
    }

    /** Adds a loop that accepts from a socket it shares with others. */
    void addLoop(String name, ServerSocketChannel socket, Dispatch dispatch) throws IOException {
        start(name, dispatch, () -> socket);
    }

    /** Binds a socket on the current thread. */
    ServerSocketChannel bind() throws IOException {
        ServerSocketChannel socket = Listening.bind(settings, settings.port(), settings.shared(), watch);
        synchronized (sockets) {
            sockets.add(socket);
        }
        return socket;
    }

    private void start(String name, Dispatch dispatch, EventLoop.Listener listener) throws IOException {
        EventLoop loop = new EventLoop(name, settings, watch, room, dispatch);
        loops.add(loop);
        port = loop.start(listener);
    }

    @Override
    public final int port() {
        if (port < 0) {
            throw new IllegalStateException("Not started.");
        }
        return port;
    }

    @Override
    public final Stats stats() {
        return watch.stats();
    }

    @Override
    public final void close() {
        loops.forEach(EventLoop::drain);
        synchronized (sockets) {
            sockets.forEach(socket -> {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new UncheckedIOException("Cannot close the listening socket on port " + port, e);
                }
            });
        }
        loops.forEach(EventLoop::awaitEnd);
        if (workers != null) {
            workers.close();
        }
    }
}
