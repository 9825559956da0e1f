package dev.threeways.reactive;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver.State;

/**
 * Closes a connection whose request header does not arrive whole in time. The server's idle time-out begins anew with
 * each byte, and its request time-out bounds the body only: without this, a caller that sends a byte a minute holds a
 * connection for days.
 */
final class HeaderTimeout extends ChannelInboundHandlerAdapter {

    private final Duration timeout;

    /** Whether the next byte can be the first one of a header. */
    private boolean betweenRequests = true;

    private @Nullable Future<?> deadline;

    private HeaderTimeout(Duration timeout) {
        this.timeout = timeout;
    }

    /** Before the decoder, where a header is bytes as they come. */
    static void on(Channel connection, Duration timeout) {
        connection.pipeline().addFirst(new HeaderTimeout(timeout));
    }

    /** Learns from the server where requests begin and end. */
    static void observe(Connection connection, State state) {
        boolean ended = state.equals(State.DISCONNECTING);
        if (ended || state.equals(State.CONFIGURED)) {
            var handler = connection.channel().pipeline().get(HeaderTimeout.class);
            if (handler != null) {
                handler.betweenRequests(ended);
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (betweenRequests && deadline == null) {
            deadline = context.executor().schedule(() -> {
                var _ = context.close();
            }, timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
        context.fireChannelRead(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        betweenRequests(true);
        context.fireChannelInactive();
    }

    private void betweenRequests(boolean now) {
        betweenRequests = now;
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
