package dev.threeways.connections;

import dev.threeways.connections.http.BadRequestException;
import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.RequestParser;
import dev.threeways.connections.http.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an event loop: its state between two callbacks. It is read only while fewer requests than the limit
 * are in hand and nothing waits to be written. So neither a client that pipelines nor one that does not read can make
 * it grow. Answers go out in the order of their requests, whichever is ready first.
 */
final class LoopConnection {

    /** What a connection waits for, which decides the timeout that runs. */
    enum State {
        /** Waits for a request. */
        IDLE,
        /** Waits for the rest of a request. */
        REQUEST,
        /** Waits for the handler. */
        HANDLER,
        /** Waits for the client to take what is written. */
        WRITE,
        /** Waits for the client to close, after the last answer. */
        LINGER,
        CLOSED
    }

    private final EventLoop loop;

    private final ServerSettings settings;

    private final Watch watch;

    private final SocketChannel channel;

    private final SelectionKey key;

    private final long id;

    private final RequestParser parser;

    private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>(1);

    private final ArrayDeque<Outgoing> outgoing = new ArrayDeque<>(1);

    private State state = State.IDLE;

    /** True when nothing that follows is read as a request. */
    private boolean lastRead;

    private boolean lastWritten;

    private boolean inputEnded;

    private boolean working;

    /** A request was read or an answer written since the last change of state, so the timeout starts again. */
    private boolean advanced;

    private int lingered;

    /** @param isAnswer false for a 100 (Continue) */
    private record Outgoing(ByteBuffer bytes, boolean isAnswer) {}

    /** @param key registered for reading */
    LoopConnection(EventLoop loop, ServerSettings settings, Watch watch, SocketChannel channel, SelectionKey key,
            long id) {
        this.loop = loop;
        this.settings = settings;
        this.watch = watch;
        this.channel = channel;
        this.key = key;
        this.id = id;
        this.parser = new RequestParser(settings.limits().request());
        loop.changed(this, State.CLOSED, State.IDLE);
    }

    long id() {
        return id;
    }

    /** Called when the selector has found the connection ready. */
    void ready() {
        if (key.isValid() && key.isWritable()) {
            work();
        }
        if (key.isValid() && key.isReadable()) {
            read();
        }
    }

    private void read() {
        ByteBuffer buffer = loop.readBuffer().clear();
        int count;
        try {
            count = channel.read(buffer);
        } catch (IOException _) {
            close("reset by the client");
            return;
        }
        if (count < 0) {
            inputEnded = true; // the client may still read its answers
            lastRead = true;
        } else if (state == State.LINGER) {
            lingered += count;
            if (lingered > ServerSettings.LINGER_BYTES) {
                close("too much after the last answer");
                return;
            }
        } else {
            watch.did(Role.READER);
            if (watch.trace.isOn()) {
                watch.trace.step(id, Role.READER, "callback: read " + count + " bytes", "read");
            }
            parser.feed(buffer.flip());
        }
        work();
    }

    /** Called when an answer is complete, which need not be the next that is due. */
    void answered() {
        if (!working && state != State.CLOSED) {
            work();
        }
    }

    /** Reads requests and writes answers, as far as both go without waiting. */
    private void work() {
        working = true;
        boolean more = true;
        while (more && state != State.CLOSED) {
            more = readRequests();
            more = write() && more;
        }
        working = false;
        settle();
    }

    /** @return whether it stopped only because enough requests are in hand */
    private boolean readRequests() {
        try {
            while (!lastRead && outgoing.isEmpty() && exchanges.size() < settings.limits().pipelined()) {
                Request request = parser.next();
                if (request == null) {
                    if (exchanges.isEmpty() && parser.takeContinue()) {
                        outgoing.add(new Outgoing(ByteBuffer.wrap(Response.CONTINUE), false));
                    }
                    return !exchanges.isEmpty(); // once they are answered, a client may have to be asked for its body
                }
                watch.requests.increment();
                advanced = true;
                lastRead = !request.persistent();
                Exchange exchange = new Exchange(this, request, lastRead);
                exchanges.add(exchange);
                loop.dispatch(exchange, request);
            }
            return !lastRead;
        } catch (BadRequestException e) {
            watch.badRequests.increment();
            lastRead = true;
            Exchange exchange = new Exchange(this, null, true);
            exchanges.add(exchange);
            exchange.complete(e.response());
            return false;
        }
    }

    /** @return whether all that could be written was, and something was */
    private boolean write() {
        boolean some = false;
        while (!exchanges.isEmpty()) {
            Exchange next = exchanges.getFirst();
            ByteBuffer answer = next.answer();
            if (answer == null) {
                break;
            }
            exchanges.removeFirst();
            outgoing.add(new Outgoing(answer, true));
            lastWritten = next.isLast();
        }
        try {
            while (!outgoing.isEmpty()) {
                Outgoing next = outgoing.getFirst();
                int count = channel.write(next.bytes());
                if (watch.trace.isOn()) {
                    watch.trace.step(id, Role.WORKER, "write " + count + " bytes"
                            + (next.bytes().hasRemaining() ? ", " + next.bytes().remaining() + " left" : ""), "write");
                }
                if (next.bytes().hasRemaining()) {
                    return false;
                }
                outgoing.removeFirst();
                advanced = true;
                if (next.isAnswer()) {
                    watch.answers.increment();
                }
                some = true;
            }
        } catch (IOException _) {
            close("reset by the client");
        }
        return some;
    }

    /** Registers for what the connection waits for now, with its timeout. */
    private void settle() {
        if (state == State.CLOSED) {
            return;
        }
        boolean answersDue = !exchanges.isEmpty() || !outgoing.isEmpty();
        if (!answersDue && (inputEnded || (lastWritten && !shutOutput()))) {
            close(lastWritten ? "after the last answer" : "by the client");
            return;
        }
        boolean lingers = lastWritten && !answersDue;
        boolean hasRoom = !lastRead && outgoing.isEmpty() && exchanges.size() < settings.limits().pipelined();
        int interest = (hasRoom || lingers ? SelectionKey.OP_READ : 0)
                | (outgoing.isEmpty() ? 0 : SelectionKey.OP_WRITE);
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
        enter(lingers
                ? State.LINGER
                : !outgoing.isEmpty()
                        ? State.WRITE
                        : !exchanges.isEmpty()
                                ? State.HANDLER
                                : parser.isWithinRequest() ? State.REQUEST : State.IDLE);
    }

    /**
     * Closes only this side's end; what still comes is read and discarded. Closing a socket that has unread bytes
     * resets the connection, and the client may never see the answer that tells why (RFC 9112, 9.6).
     *
     * @return false if the connection is gone already
     */
    private boolean shutOutput() {
        if (state == State.LINGER) {
            return true;
        }
        try {
            channel.shutdownOutput();
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void enter(State next) {
        if (next != state || advanced) {
            State before = state;
            state = next;
            advanced = false;
            loop.changed(this, before, next);
        }
    }

    /** Called when a timeout has passed. */
    void expired() {
        switch (state) {
            case IDLE -> {
                watch.idleClosed.increment();
                close("idle for too long");
            }
            case REQUEST -> {
                watch.timeouts.increment();
                lastRead = true;
                Exchange exchange = new Exchange(this, null, true);
                exchanges.add(exchange);
                exchange.complete(Response.problem(408, "The request was not complete after "
                        + settings.timeouts().request().toMillis() + " ms."));
            }
            case WRITE -> {
                watch.timeouts.increment();
                close("the client does not take its answer");
            }
            case LINGER -> close("after the last answer");
            case HANDLER, CLOSED -> {
            }
        }
    }

    /** Reads no further request and answers those in hand: the server closes. */
    void drain() {
        lastRead = true;
        if (!exchanges.isEmpty()) {
            exchanges.getLast().makeLast();
            settle();
        } else if (outgoing.isEmpty()) {
            close("the server closes");
        } else {
            lastWritten = true;
            settle();
        }
    }

    void close(String why) {
        if (state == State.CLOSED) {
            return;
        }
        if (watch.trace.isOn()) {
            watch.trace.step(id, Role.READER, "close: " + why, "close");
        }
        enter(State.CLOSED);
        exchanges.clear();
        outgoing.clear();
        close(channel);
        watch.closed();
    }

    static void close(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close(); // cancels its key
            }
        } catch (IOException _) {
            // The channel is closed all the same.
        }
    }
}
