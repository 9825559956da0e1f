package dev.threeways.connections;

import dev.threeways.connections.http.BadRequestException;
import dev.threeways.connections.http.HeadRules;
import dev.threeways.connections.http.HttpLimits;
import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.RequestParser;
import dev.threeways.connections.http.Response;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.WriteTimeoutException;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Handles a connection's requests one at a time, so that answers keep their order. Asks for more bytes when everything
 * from one read is answered.
 */
final class NettyRequests extends SimpleChannelInboundHandler<HttpObject> {

    /** A request that has begun, with as much of its body as has come. */
    private static final class Incoming {

        private final Request head;

        private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);

        private boolean continueDue;

        Incoming(Request head, boolean continueDue) {
            this.head = head;
            this.continueDue = continueDue;
        }

        Request complete() {
            return new Request(head.method(), head.path(), head.fields(), body.toByteArray(), head.persistent());
        }
    }

    /** Something to answer in its turn. */
    private sealed interface Turn {

        record Complete(Request request) implements Turn {}

        /** Ends the requests: nothing that follows is read. */
        record Refused(Response response) implements Turn {}
    }

    /** Counts a connection's bytes before they are decoded, complete request or not. */
    static final class Arrivals extends ChannelInboundHandlerAdapter {

        private final NettyRequests requests;

        Arrivals(NettyRequests requests) {
            this.requests = requests;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            requests.arriving(bytes instanceof ByteBuf buffer ? buffer.readableBytes() : 0);
            context.fireChannelRead(bytes);
        }
    }

    private static final byte[] NO_BYTES = {};

    private final ServerSettings settings;

    private final Watch watch;

    private final Answering answering;

    private final BooleanSupplier closing;

    private final Queue<Turn> turns = new ArrayDeque<>(1);

    private @Nullable Incoming incoming;

    private boolean busy;

    private boolean lastRead;

    private boolean refused;

    private boolean lingers;

    private int lingered;

    private boolean inputEnded;

    private @Nullable Future<?> deadline;

    private @Nullable ChannelHandlerContext itsContext;

    /** @param closing whether the server is about to end */
    NettyRequests(ServerSettings settings, Watch watch, Answering answering, BooleanSupplier closing) {
        this.settings = settings;
        this.watch = watch;
        this.answering = answering;
        this.closing = closing;
    }

    /** Whether an answer is due. */
    boolean isBusy() {
        return busy;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        itsContext = added;
    }

    void arriving(int bytes) {
        ChannelHandlerContext context = itsContext;
        if (context == null) {
            return;
        }
        if (lingers) {
            lingered += bytes;
            if (lingered > ServerSettings.LINGER_BYTES) {
                var _ = context.close();
            }
        } else if (!busy && !lastRead) {
            startDeadline(context);
        }
    }

    private void startDeadline(ChannelHandlerContext context) {
        if (deadline == null) {
            deadline = context.executor().schedule(() -> {
                watch.timeouts.increment();
                lastRead = true;
                refused = true;
                busy = true;
                write(context, Response.problem(408, "The request was not complete after "
                        + settings.timeouts().request().toMillis() + " ms."), false, true);
            }, settings.timeouts().request().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void complete() {
        incoming = null;
        if (deadline != null) {
            boolean _ = deadline.cancel(false);
            deadline = null;
        }
    }

    private void next(ChannelHandlerContext context) {
        switch (turns.poll()) {
            case null -> {
                if (inputEnded) {
                    var _ = context.close();
                } else {
                    readOn(context);
                }
            }
            case Turn.Complete(Request request) -> handle(context, request);
            case Turn.Refused(Response response) -> {
                refused = true;
                busy = true;
                write(context, response, false, true);
            }
        }
    }

    /** Reads more once all that came is answered. Asks for a body first if the client waits for that. */
    private void readOn(ChannelHandlerContext context) {
        Incoming begun = incoming;
        if (begun != null) {
            startDeadline(context); // not started yet if it began while another was handled
            if (begun.continueDue) {
                begun.continueDue = false;
                var _ = context.writeAndFlush(
                        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
        }
        context.read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        complete();
        turns.clear();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.read();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (lingers) {
            context.read();
        } else if (!busy && !lastRead) {
            readOn(context);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (lastRead) {
            return;
        }
        Turn turn;
        try {
            Request request = read(part);
            if (request == null) {
                return;
            }
            turn = new Turn.Complete(request);
            watch.did(Role.READER);
            lastRead = !request.persistent();
        } catch (BadRequestException e) {
            watch.badRequests.increment();
            turn = new Turn.Refused(e.response());
            lastRead = true;
        }
        complete();
        turns.add(turn);
        if (!busy) {
            next(context);
        }
    }

    /** @return null if the request is not complete yet */
    private @Nullable Request read(HttpObject part) throws BadRequestException {
        Throwable bad = part.decoderResult().cause();
        if (bad != null) {
            throw refusal(bad);
        }
        if (part instanceof HttpRequest head) {
            incoming = begin(head);
        }
        Incoming begun = incoming;
        if (begun == null || !(part instanceof HttpContent content)) {
            return null;
        }
        begun.body.writeBytes(ByteBufUtil.getBytes(content.content())); // within the limit: see begin and NettyDecoder
        return content instanceof LastHttpContent ? begun.complete() : null;
    }

    private static BadRequestException refusal(Throwable bad) {
        return switch (bad) {
            case BadRequestException refused -> refused;
            case TooLongHttpLineException tooLong -> new BadRequestException(414, detail(tooLong));
            case TooLongHttpHeaderException tooLong -> new BadRequestException(431, detail(tooLong));
            default -> new BadRequestException(400, detail(bad));
        };
    }

    private static String detail(Throwable bad) {
        return "Not a request of HTTP/1.1: " + bad.getMessage();
    }

    private Incoming begin(HttpRequest head) throws BadRequestException {
        HttpLimits limits = settings.limits().request();
        boolean recent = head.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (!recent && !head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            throw new BadRequestException(505, "This server speaks HTTP/1.1 only.");
        }
        if (head.headers().size() > limits.fields()) {
            throw new BadRequestException(431, "More than " + limits.fields() + " header fields.");
        }
        if (head.headers().getAll(HttpHeaderNames.HOST).size() > 1) {
            throw new BadRequestException(400, "There is more than one host field.");
        }
        Map<String, String> fields = new HashMap<>();
        head.headers()
                .forEach(field -> fields.merge(field.getKey().toLowerCase(Locale.ROOT), field.getValue(),
                        (earlier, later) -> earlier + ", " + later));
        int _ = HeadRules.bodyBytes(fields, recent, limits);
        boolean persistent = recent && HttpUtil.isKeepAlive(head);
        return new Incoming(new Request(head.method().name(), RequestParser.path(head.uri()), fields, NO_BYTES,
                persistent), HeadRules.expectsContinue(fields, recent));
    }

    private void handle(ChannelHandlerContext context, Request request) {
        busy = true;
        watch.requests.increment();
        long nanos = answering.waitingNanos(request);
        if (nanos == 0) {
            answer(context, request);
        } else {
            var _ = context.executor().schedule(() -> answer(context, request), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void answer(ChannelHandlerContext context, Request request) {
        write(context, answering.answer(Trace.NO_CONNECTION, request), request.persistent(), !request.isHead());
    }

    private void write(ChannelHandlerContext context, Response response, boolean persistent, boolean withBody) {
        ByteBuf body = Unpooled.wrappedBuffer(response.body());
        DefaultFullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()), withBody ? body : Unpooled.EMPTY_BUFFER);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, response.contentType())
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.body().length)
                .set(HttpHeaderNames.DATE, Response.date());
        boolean last = !persistent || closing.getAsBoolean();
        if (last) {
            answer.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        context.writeAndFlush(answer).addListener((ChannelFutureListener) written -> {
            if (written.isSuccess()) {
                watch.answers.increment();
            }
            busy = false;
            if (written.isSuccess() && refused && !inputEnded && !closing.getAsBoolean()) {
                linger(context);
            } else if (last || !written.isSuccess()) {
                var _ = written.channel().close();
            } else {
                next(context);
            }
        });
    }

    /** Lingers for the reason in {@code LoopConnection.shutOutput}. */
    private void linger(ChannelHandlerContext context) {
        lingers = true;
        if (context.channel() instanceof DuplexChannel channel) {
            var _ = channel.shutdownOutput();
        }
        var _ = context.executor().schedule(() -> {
            var _ = context.close();
        }, ServerSettings.LINGER_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        context.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent idle && idle.state() == IdleState.READER_IDLE && !busy) {
            watch.idleClosed.increment();
            var _ = context.close();
        } else if (event instanceof ChannelInputShutdownEvent) { // the client may still read
            inputEnded = true;
            if (!busy) {
                var _ = context.close();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof WriteTimeoutException) {
            watch.timeouts.increment();
        }
        var _ = context.close(); // write timeout, or reset by the client
    }
}
