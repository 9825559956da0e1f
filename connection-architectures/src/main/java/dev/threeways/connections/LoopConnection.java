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
 * One connection of an event loop: what is known of it between two callbacks. It is read as long as less is in hand than
 * its limit and nothing waits to be written, so that neither a client that pipelines nor one that does not read its
 * answers can make it grow. Answers go out in the order of their requests, whichever is ready first.
 */
final class LoopConnection {

    /** What a connection waits for, and therefore which of its time-outs runs. */
    enum State {
        /** For a request. */
        IDLE,
        /** For the rest of one. */
        REQUEST,
        /** For the handler. */
        HANDLER,
        /** For the client to take what is written. */
        WRITE,
        /** For the client to close, after the last answer. */
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

    /** Nothing that follows is read as a request. */
    private boolean lastRead;

    private boolean lastWritten;

    private boolean inputEnded;

    private boolean working;

    /** A request was read or an answer written since the state was last told: what is waited for is another one now. */
    private boolean advanced;

    private int lingered;

    /** @param isAnswer false for what only asks for more */
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

    /** The callback of a connection that the selector has found ready. */
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
        } catch (IOException _) { // reset by the client
            close("reset by the client");
            return;
        }
        if (count < 0) {
            inputEnded = true; // it may still read its answers
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

    /** An answer is complete, perhaps not yet the next that is due. */
    void answered() {
        if (!working && state != State.CLOSED) {
            work();
        }
    }

    /** Reads requests, writes answers, as far as both go without waiting. */
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

    /** @return whether it stopped only because it has enough in hand */
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

    /** Asks to be called for what it waits for now, and no longer than it may wait for that. */
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
     * Closing a socket that has unread bytes resets the connection, and the client may never see the answer that tells why
     * (RFC 9112, 9.6). So first only this side's end is closed, and what still comes is read and thrown away.
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

    /** Something was waited for too long. */
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

    /** The server closes: no further request, and those in hand are answered. */
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
            // It is closed all the same.
        }
    }
}
