package dev.threeways.connections;

import dev.threeways.connections.http.HeadRules;
import dev.threeways.connections.http.HttpLimits;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bare Netty with the same handler, for reference: one acceptor loop, and {@link ServerSettings.Threads#acceptors()}
 * loops that read and handle. Runs on each of Netty's facilities: the JDK's selector, epoll through native code,
 * io_uring. Netty parses the heads; {@link HeadRules} checks them, as everywhere here.
 */
public final class NettyServer implements ConnectionServer {

    /** How Netty learns what is ready or, with io_uring, what is done. */
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

        /** @return why it cannot be used here; null if it can */
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
            socket = new ServerBootstrap().group(accepting, reading)
                    .channel(transport.channel())
                    .option(ChannelOption.SO_BACKLOG, settings.limits().backlog())
                    .option(ChannelOption.SO_REUSEADDR, true)
                    // Accepts one at a time, so that no connection is accepted beyond the limit.
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
        NettyRequests requests = new NettyRequests(settings, watch, answering, () -> closing);
        channel.pipeline()
                .addLast(new NettyRequests.Arrivals(requests))
                .addLast(new IdleStateHandler(settings.timeouts().idle().toMillis(), 0, 0, TimeUnit.MILLISECONDS))
                .addLast(new WriteTimeoutHandler(settings.timeouts().write().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(new NettyDecoder(limits))
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
            NettyRequests requests = channel.pipeline().get(NettyRequests.class);
            if (requests != null && !requests.isBusy()) {
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

    /** Counts at the listening socket, and pauses accepting at the connection limit. */
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
                    // io_uring goes on accepting for a while after a stop (multishot accept).
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

}
