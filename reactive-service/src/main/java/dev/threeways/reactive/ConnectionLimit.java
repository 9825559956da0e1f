package dev.threeways.reactive;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the connections of a server: at the limit it stops accepting, and more wait in the kernel's queue until one
 * closes. Tomcat's {@code max-connections} does the same; Reactor Netty's own limit closes connections beyond it.
 *
 * <p>Everything here runs on the server channel's event loop, so a plain counter is exact. Netty asks after each
 * accepted connection whether it may read on, so not even one more is accepted.
 */
final class ConnectionLimit extends ChannelInboundHandlerAdapter {

    private final int max;

    private final AtomicInteger open;

    private ConnectionLimit(int max, AtomicInteger open) {
        this.max = max;
        this.open = open;
    }

    /**
     * Must be called on the server's event loop before it accepts anything, which {@code doOnBound} does.
     *
     * @param open is kept up to date with the number of open connections
     * @throws IllegalArgumentException if {@code max} is not positive
     */
    static void on(Channel server, int max, AtomicInteger open) {
        if (max < 1) {
            throw new IllegalArgumentException("server-connections.max must be positive, not " + max);
        }
        server.pipeline().addFirst(new ConnectionLimit(max, open));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object connection) {
        if (open.incrementAndGet() >= max) {
            context.channel().config().setAutoRead(false);
        }
        ((Channel) connection).closeFuture().addListener(_ -> context.executor().execute(() -> closed(context)));
        context.fireChannelRead(connection);
    }

    private void closed(ChannelHandlerContext context) {
        open.decrementAndGet();
        context.channel().config().setAutoRead(true); // does nothing where it is on, and reads at once where it was off
    }
}
