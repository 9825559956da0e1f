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
 * One connection that has a thread of its own, whose state is where that thread is: reading, handling, writing. What a
 * client pipelines is left in the socket until its turn comes.
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

    /** Guarded by this: whoever makes it false, the thread or the one that closes the server, has the connection. */
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
     * @return null if none comes any more
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

    /** The first bytes of a request: until they come nothing is lost if the server closes. */
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
        writingSince = System.nanoTime() | 1; // 0 is for none
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

    /** As on an event loop: see {@code LoopConnection.shutOutput}. */
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

    /** The server closes: an idle connection ends now, another with the answer that it is at. */
    synchronized void drain() {
        drained = true;
        if (idle) {
            idle = false;
            close();
        }
    }

    /** From any thread: whatever it waits for, it waits no longer. */
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

    /** @param untilNanos {@link System#nanoTime()} */
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
            // Its descriptor is given back all the same.
        }
    }

    private void trace(Role role, String step, String facility) {
        if (watch.trace.isOn()) {
            watch.trace.step(id, role, step, facility);
        }
    }
}
