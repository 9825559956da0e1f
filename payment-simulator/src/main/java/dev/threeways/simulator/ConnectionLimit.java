package dev.threeways.simulator;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ipfilter.AbstractRemoteAddressFilter;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Closes a new connection at once when there are too many, since Reactor Netty's server has no such limit. Also does so
 * while connections are refused.
 */
@Sharable
final class ConnectionLimit extends AbstractRemoteAddressFilter<SocketAddress> {

    private final int max;

    private final BooleanSupplier refusing;

    private final AtomicInteger open = new AtomicInteger();

    private final AtomicLong refused = new AtomicLong();

    ConnectionLimit(int max, BooleanSupplier refusing) {
        this.max = max;
        this.refusing = refusing;
    }

    @Override
    protected boolean accept(ChannelHandlerContext context, SocketAddress client) {
        context.channel().closeFuture().addListener(_ -> open.decrementAndGet());
        boolean accepted = open.incrementAndGet() <= max;
        if (!accepted) {
            refused.incrementAndGet();
        }
        return accepted && !refusing.getAsBoolean();
    }

    /** Connections closed at once so far because there were too many. */
    long refused() {
        return refused.get();
    }
}
