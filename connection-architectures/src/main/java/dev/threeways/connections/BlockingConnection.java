package dev.threeways.connections;

import dev.threeways.connections.http.BadRequestException;
import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.RequestParser;
import dev.threeways.connections.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection with a thread of its own; where the thread is, is the connection's state: reading, handling, writing.
 * Pipelined requests stay in the socket until their turn.
 */
final class BlockingConnection implements Runnable {

    private static final int READ_BYTES = 2 * 1024;

    private final SingleAcceptor server;

    private final ServerSettings settings;

    private final Watch watch;

    private final Answering answering;

    private final Socket socket;

    private final long id;

    private final RequestParser parser;

    private final CountDownLatch ended = new CountDownLatch(1);

    private volatile long writingSince;

    private volatile @Nullable Thread thread;

    /**
     * Guarded by this. Setting it to false claims the connection, for its thread or for the thread that closes the
     * server.
     */
    private boolean idle;

    private boolean drained;

    BlockingConnection(SingleAcceptor server, ServerSettings settings, Watch watch, Answering answering, Socket socket,
            long id) {
        this.server = server;
        this.settings = settings;
        this.watch = watch;
        this.answering = answering;
        this.socket = socket;
        this.id = id;
        this.parser = new RequestParser(settings.limits().request());
    }

    void start(Thread itsThread) {
        thread = itsThread;
        itsThread.start();
    }

    @Override
    public void run() {
        try {
            serve();
        } catch (IOException _) {
            trace(Role.READER, "reset by the client", "");
        } finally {
            trace(Role.READER, "close", "close");
            close();
            server.ended(this);
            ended.countDown();
        }
    }

    private void serve() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[READ_BYTES];
        boolean persistent = true;
        while (persistent) {
            Request request;
            try {
                request = read(in, buffer);
            } catch (BadRequestException e) {
                if (e.status() == 408) {
                    watch.timeouts.increment();
                } else {
                    watch.badRequests.increment();
                }
                write(e.response().bytes(false, true), true);
                break;
            }
            if (request == null) {
                return;
            }
            watch.requests.increment();
            Response response = answering.waitAndAnswer(id, request);
            persistent = request.persistent() && !server.isClosing();
            write(response.bytes(persistent, !request.isHead()), true);
        }
        linger(in, buffer);
    }

    /**
     * Parks until a request is complete.
     *
     * @return null if no further request comes
     */
    private @Nullable Request read(InputStream in, byte[] buffer) throws IOException, BadRequestException {
        Request request = parser.next();
        long begun = System.nanoTime();
        while (request == null) {
            boolean within = parser.isWithinRequest();
            if (within && parser.takeContinue()) {
                write(Response.CONTINUE, false);
            }
            int count;
            try {
                count = within
                        ? read(in, buffer, settings.timeouts().request().minusNanos(System.nanoTime() - begun))
                        : readFirst(in, buffer);
            } catch (SocketTimeoutException _) {
                if (within) {
                    throw new BadRequestException(408, "The request was not complete after "
                            + settings.timeouts().request().toMillis() + " ms.");
                }
                watch.idleClosed.increment();
                return null;
            }
            if (count < 0) {
                return null;
            }
            if (!within) {
                begun = System.nanoTime();
            }
            watch.did(Role.READER);
            trace(Role.READER, "read " + count + " bytes", "read");
            parser.feed(ByteBuffer.wrap(buffer, 0, count));
            request = parser.next();
        }
        return request;
    }

    /** Reads the first bytes of a request. Until they come, the server can close without losing anything. */
    private int readFirst(InputStream in, byte[] buffer) throws IOException {
        synchronized (this) {
            if (drained) {
                return -1;
            }
            idle = true;
        }
        trace(Role.READER, "wait for a request: this thread parks", "read");
        int count = read(in, buffer, settings.timeouts().idle());
        synchronized (this) {
            boolean isOurs = idle;
            idle = false;
            return isOurs ? count : -1;
        }
    }

    private int read(InputStream in, byte[] buffer, Duration atMost) throws IOException {
        if (atMost.toMillis() <= 0) {
            throw new SocketTimeoutException();
        }
        socket.setSoTimeout((int) atMost.toMillis());
        return in.read(buffer);
    }

    private void write(byte[] bytes, boolean isAnswer) throws IOException {
        writingSince = System.nanoTime() | 1; // 0 means not writing
        try {
            socket.getOutputStream().write(bytes);
        } finally {
            writingSince = 0;
        }
        if (isAnswer) {
            watch.answers.increment();
        }
        trace(Role.WORKER, "write " + bytes.length + " bytes", "write");
    }

    /** Lingers for the reason in {@code LoopConnection.shutOutput}. */
    private void linger(InputStream in, byte[] buffer) throws IOException {
        socket.shutdownOutput();
        long until = System.nanoTime() + ServerSettings.LINGER_TIMEOUT.toNanos();
        int lingered = 0;
        while (lingered < ServerSettings.LINGER_BYTES) {
            try {
                int count = read(in, buffer, Duration.ofNanos(until - System.nanoTime()));
                if (count < 0) {
                    return;
                }
                lingered += count;
            } catch (SocketTimeoutException _) {
                return;
            }
        }
    }

    /** Ends an idle connection now, another after its current answer: the server closes. */
    synchronized void drain() {
        drained = true;
        if (idle) {
            idle = false;
            close();
        }
    }

    /** Ends whatever the connection's thread waits for. Any thread may call this. */
    void cut() {
        close();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    void cutIfStalled(long now) {
        long since = writingSince;
        if (since != 0 && now - since > settings.timeouts().write().toNanos()) {
            watch.timeouts.increment();
            close();
        }
    }

    /** @param untilNanos deadline in {@link System#nanoTime()} */
    void awaitEnd(long untilNanos) {
        try {
            boolean _ = ended.await(Math.max(0, untilNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // The descriptor is released all the same.
        }
    }

    private void trace(Role role, String step, String facility) {
        if (watch.trace.isOn()) {
            watch.trace.step(id, role, step, facility);
        }
    }
}
