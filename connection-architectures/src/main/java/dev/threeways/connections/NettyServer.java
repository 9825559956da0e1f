package dev.threeways.connections;

import dev.threeways.connections.http.BadRequestException;
import dev.threeways.connections.http.ChunkedBody;
import dev.threeways.connections.http.HeadRules;
import dev.threeways.connections.http.HttpLimits;
import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.RequestParser;
import dev.threeways.connections.http.Response;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.WriteTimeoutException;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The same handler on bare Netty, for reference: one acceptor loop, and {@link ServerSettings.Threads#acceptors()} loops that read
 * and handle. On each of the facilities that Netty has for it: the JDK's selector, epoll through its own native code,
 * io_uring. Heads are parsed by Netty; what must hold of them is {@link HeadRules}, as everywhere here.
 */
public final class NettyServer implements ConnectionServer {

    /** How Netty learns what is ready; io_uring: what is done. */
    public enum Transport {

        NIO,
        EPOLL,
        IO_URING;

        private IoHandlerFactory handlers() {
            return switch (this) {
                case NIO -> NioIoHandler.newFactory();
                case EPOLL -> EpollIoHandler.newFactory();
                case IO_URING -> IoUringIoHandler.newFactory();
            };
        }

        private Class<? extends ServerChannel> channel() {
            return switch (this) {
                case NIO -> NioServerSocketChannel.class;
                case EPOLL -> EpollServerSocketChannel.class;
                case IO_URING -> IoUringServerSocketChannel.class;
            };
        }

        /** @return why it cannot be had here; null if it can */
        public @Nullable String unavailable() {
            Throwable cause = switch (this) {
                case NIO -> null;
                case EPOLL -> Epoll.unavailabilityCause();
                case IO_URING -> IoUring.unavailabilityCause();
            };
            return cause == null
                    ? null
                    : "Netty cannot use " + name().toLowerCase(Locale.ROOT) + " here: " + cause.getMessage();
        }
    }

    private static final byte[] NO_BYTES = {};

    private final Transport transport;

    private final ServerSettings settings;

    private final Watch watch;

    private final Answering answering;

    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    private volatile boolean closing;

    private @Nullable MultiThreadIoEventLoopGroup acceptor;

    private @Nullable MultiThreadIoEventLoopGroup loops;

    private @Nullable Channel socket;

    public NettyServer(Transport transport, ServerSettings settings, Handler handler) {
        this.transport = transport;
        this.settings = settings;
        this.watch = new Watch(settings.trace());
        this.answering = new Answering(handler, watch);
    }

    @Override
    public void start() throws IOException {
        String unavailable = transport.unavailable();
        if (unavailable != null) {
            throw new IOException(unavailable);
        }
        MultiThreadIoEventLoopGroup accepting = new MultiThreadIoEventLoopGroup(1,
                new DefaultThreadFactory("netty-acceptor"), transport.handlers());
        acceptor = accepting;
        MultiThreadIoEventLoopGroup reading = new MultiThreadIoEventLoopGroup(settings.threads().acceptors(),
                new DefaultThreadFactory("netty-loop"), transport.handlers());
        loops = reading;
        try {
            socket = new ServerBootstrap().group(accepting, reading)
                    .channel(transport.channel())
                    .option(ChannelOption.SO_BACKLOG, settings.limits().backlog())
                    .option(ChannelOption.SO_REUSEADDR, true)
                    // One at a time, so that none is accepted that there is no room for.
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator())
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.AUTO_READ, false)
                    // A client that has sent all it wants may still read its answers.
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .handler(new Acceptance())
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            initialize(channel);
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()))
                    .sync()
                    .channel();
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server started", e);
        } catch (Exception e) { // bind's IOException, thrown as if it were unchecked
            close();
            throw new IOException("Cannot listen on port " + settings.port() + ": " + e.getMessage(), e);
        }
    }

    private void initialize(Channel channel) {
        HttpLimits limits = settings.limits().request();
        Requests requests = new Requests();
        channel.pipeline()
                .addLast(new Arrivals(requests))
                .addLast(new IdleStateHandler(settings.timeouts().idle().toMillis(), 0, 0, TimeUnit.MILLISECONDS))
                .addLast(new WriteTimeoutHandler(settings.timeouts().write().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(new Decoder(limits))
                .addLast(new HttpResponseEncoder())
                .addLast(requests);
    }

    @Override
    public int port() {
        Channel bound = socket;
        if (bound == null || !(bound.localAddress() instanceof InetSocketAddress address)) {
            throw new IllegalStateException("Not started.");
        }
        return address.getPort();
    }

    @Override
    public Stats stats() {
        return watch.stats();
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        if (socket != null) {
            socket.close().syncUninterruptibly();
        }
        connections.forEach(channel -> channel.eventLoop().execute(() -> {
            Requests requests = channel.pipeline().get(Requests.class);
            if (requests != null && !requests.busy) {
                var _ = channel.close();
            }
        }));
        boolean _ = connections.newCloseFuture().awaitUninterruptibly(settings.timeouts().drain().toMillis());
        connections.close().awaitUninterruptibly();
        if (loops != null) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
        if (acceptor != null) {
            acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    /** Of the listening socket: counts, and accepts no more than there is room for. */
    private final class Acceptance extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            watch.did(Role.LISTENER);
            context.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            if (accepted instanceof Channel channel) {
                if (connections.size() >= settings.limits().connections()) {
                    // io_uring goes on accepting for a while after it was told not to (multishot accept).
                    watch.shed.increment();
                    channel.unsafe().closeForcibly();
                    return;
                }
                watch.accepted();
                connections.add(channel);
                if (connections.size() >= settings.limits().connections()) {
                    context.channel().config().setAutoRead(false);
                    if (connections.size() < settings.limits().connections()) { // one was closed in between
                        context.channel().config().setAutoRead(true);
                    }
                }
                channel.closeFuture().addListener(_ -> {
                    watch.closed();
                    context.channel().config().setAutoRead(true);
                });
            }
            context.fireChannelRead(accepted);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            watch.acceptErrors.increment();
            context.fireExceptionCaught(cause); // Netty's own handler pauses for a second
        }
    }

    /** Of a connection: sees bytes, complete request or not. */
    private static final class Arrivals extends ChannelInboundHandlerAdapter {

        private final Requests requests;

        Arrivals(Requests requests) {
            this.requests = requests;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            requests.arriving(bytes instanceof ByteBuf buffer ? buffer.readableBytes() : 0);
            context.fireChannelRead(bytes);
        }
    }

    /**
     * Netty's decoder, but for bodies in chunks, which are read as on the other servers. Its own takes {@code 5 x} for the
     * size 5, and limits neither how much extensions say nor how early a body is known to be too large.
     */
    private static final class Decoder extends HttpRequestDecoder {

        private final HttpLimits limits;

        private @Nullable ChunkedBody chunks;

        private boolean ended;

        Decoder(HttpLimits limits) {
            super(new HttpDecoderConfig().setMaxInitialLineLength(limits.headBytes())
                    .setMaxHeaderSize(limits.headBytes()));
            this.limits = limits;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            ChunkedBody current = chunks;
            if (ended) {
                in.skipBytes(in.readableBytes());
            } else if (current != null) {
                read(current, in, out);
            } else {
                super.decode(context, in, out);
                for (Object decoded : out) {
                    if (decoded instanceof HttpRequest head && head.decoderResult().isSuccess()
                            && HttpUtil.isTransferEncodingChunked(head)) {
                        chunks = new ChunkedBody(limits);
                    }
                }
            }
        }

        private void read(ChunkedBody current, ByteBuf in, List<Object> out) {
            ByteBuffer bytes = in.nioBuffer();
            boolean complete = false;
            try {
                complete = current.read(bytes);
            } catch (BadRequestException e) {
                ended = true;
                HttpContent bad = new DefaultHttpContent(Unpooled.EMPTY_BUFFER);
                bad.setDecoderResult(DecoderResult.failure(e));
                out.add(bad);
            }
            in.skipBytes(in.readableBytes() - bytes.remaining());
            if (complete) {
                chunks = null;
                reset(); // Netty's own part waits for a chunk; now for a request
                out.add(new DefaultLastHttpContent(Unpooled.wrappedBuffer(current.content())));
            }
        }
    }

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

    /** What is to be answered, in its turn. */
    private sealed interface Turn {

        record Complete(Request request) implements Turn {}

        /** Nothing that follows is read. */
        record Refused(Response response) implements Turn {}
    }

    /**
     * Of a connection: handles one request at a time, so that answers keep their order, and asks for more bytes when all
     * that one read has brought is answered.
     */
    private final class Requests extends SimpleChannelInboundHandler<HttpObject> {

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

        /** All that came is answered. A client may wait to be asked for its body. */
        private void readOn(ChannelHandlerContext context) {
            Incoming begun = incoming;
            if (begun != null) {
                startDeadline(context); // not yet, if it began while the one before was handled
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
            begun.body.writeBytes(ByteBufUtil.getBytes(content.content())); // within the limit: see begin and Decoder
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
            boolean last = !persistent || closing;
            if (last) {
                answer.headers().set(HttpHeaderNames.CONNECTION, "close");
            }
            context.writeAndFlush(answer).addListener((ChannelFutureListener) written -> {
                if (written.isSuccess()) {
                    watch.answers.increment();
                }
                busy = false;
                if (written.isSuccess() && refused && !inputEnded && !closing) {
                    linger(context);
                } else if (last || !written.isSuccess()) {
                    var _ = written.channel().close();
                } else {
                    next(context);
                }
            });
        }

        /** As on an event loop: see {@code LoopConnection.shutOutput}. */
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
            } else if (event instanceof ChannelInputShutdownEvent) { // it may still read its answers
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
            var _ = context.close(); // that, or reset by the client
        }
    }
}
