package dev.threeways.connections;

import dev.threeways.connections.http.HttpLimits;
import dev.threeways.connections.http.Request;
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
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
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
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The same handler on bare Netty, for reference: one acceptor loop, and {@link ServerSettings.Threads#acceptors()} loops that read
 * and handle. On each of the facilities that Netty has for it: the JDK's selector, epoll through its own native code,
 * io_uring.
 */
public final class NettyServer implements ConnectionServer {

    /** How Netty learns what is ready; io_uring: what is done. */
    public enum Transport {

        NIO, EPOLL, IO_URING;

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
            socket = new ServerBootstrap().group(accepting, reading).channel(transport.channel())
                    .option(ChannelOption.SO_BACKLOG, settings.limits().backlog())
                    .option(ChannelOption.SO_REUSEADDR, true)
                    // One at a time, so that none is accepted that there is no room for.
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator())
                    .childOption(ChannelOption.TCP_NODELAY, true).childOption(ChannelOption.AUTO_READ, false)
                    // A client that has sent all it wants may still read its answers.
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .handler(new Acceptance())
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            initialize(channel);
                        }
                    }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port())).sync().channel();
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
        channel.pipeline().addLast(new Arrivals(requests))
                .addLast(new IdleStateHandler(settings.timeouts().idle().toMillis(), 0, 0, TimeUnit.MILLISECONDS))
                .addLast(new WriteTimeoutHandler(settings.timeouts().write().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(new HttpServerCodec(new HttpDecoderConfig().setMaxInitialLineLength(limits.headBytes())
                        .setMaxHeaderSize(limits.headBytes())))
                .addLast(new HttpObjectAggregator(limits.bodyBytes(), true))
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
            requests.arriving();
            context.fireChannelRead(bytes);
        }
    }

    /**
     * Of a connection: handles one request at a time, so that answers keep their order, and asks for more bytes when all
     * that one read has brought is answered.
     */
    private final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {

        private final Queue<FullHttpRequest> pipelined = new ArrayDeque<>();

        private boolean busy;

        private boolean inputEnded;

        private @Nullable Future<?> deadline;

        private @Nullable ChannelHandlerContext itsContext;

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            itsContext = added;
        }

        void arriving() {
            ChannelHandlerContext context = itsContext;
            if (context != null && deadline == null && !busy) {
                deadline = context.executor().schedule(() -> {
                    watch.timeouts.increment();
                    busy = true;
                    write(context, Response.problem(408, "The request was not complete after "
                            + settings.timeouts().request().toMillis() + " ms."), false, true);
                }, settings.timeouts().request().toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        private void complete() {
            if (deadline != null) {
                boolean _ = deadline.cancel(false);
                deadline = null;
            }
        }

        private void next(ChannelHandlerContext context) {
            FullHttpRequest next = pipelined.poll();
            if (next == null && inputEnded) {
                var _ = context.close();
            } else if (next == null) {
                context.channel().read();
            } else {
                try {
                    handle(context, next);
                } finally {
                    next.release();
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            complete();
            pipelined.forEach(FullHttpRequest::release);
            pipelined.clear();
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.read();
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
            complete();
            watch.did(Role.READER);
            if (busy) {
                pipelined.add(message.retain());
            } else {
                handle(context, message);
            }
        }

        private void handle(ChannelHandlerContext context, FullHttpRequest message) {
            busy = true;
            Throwable bad = message.decoderResult().cause();
            if (bad != null) {
                watch.badRequests.increment();
                int status = bad instanceof TooLongHttpLineException
                        ? 414
                        : bad instanceof TooLongHttpHeaderException ? 431 : 400;
                write(context, Response.problem(status, "Not a request of HTTP/1.1: " + bad.getMessage()), false, true);
                return;
            }
            watch.requests.increment();
            boolean persistent = HttpUtil.isKeepAlive(message) && !closing;
            Request request = request(message, persistent);
            long nanos = answering.waitingNanos(request);
            if (nanos == 0) {
                write(context, answering.answer(Trace.NO_CONNECTION, request), persistent, !request.isHead());
            } else {
                var _ = context.executor().schedule(() -> write(context, answering.answer(Trace.NO_CONNECTION, request),
                        persistent, !request.isHead()), nanos, TimeUnit.NANOSECONDS);
            }
        }

        private Request request(FullHttpRequest message, boolean persistent) {
            Map<String, String> fields = new HashMap<>();
            message.headers().forEach(field -> fields.put(field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
            int query = message.uri().indexOf('?');
            return new Request(message.method().name(), query < 0 ? message.uri() : message.uri().substring(0, query),
                    fields, ByteBufUtil.getBytes(message.content()), persistent);
        }

        private void write(ChannelHandlerContext context, Response response, boolean persistent, boolean withBody) {
            ByteBuf body = Unpooled.wrappedBuffer(response.body());
            DefaultFullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(response.status()), withBody ? body : Unpooled.EMPTY_BUFFER);
            answer.headers().set(HttpHeaderNames.CONTENT_TYPE, response.contentType())
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
                if (last || !written.isSuccess()) {
                    var _ = written.channel().close();
                } else {
                    next(context);
                }
            });
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
