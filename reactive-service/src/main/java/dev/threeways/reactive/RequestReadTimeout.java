package dev.threeways.reactive;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Closes a connection whose request does not arrive whole in time, header and body together, counted from its first
 * byte. The server's idle timeout begins anew with each byte. Its request timeout knows the body only, and only until
 * the answer. A caller that sends a byte a minute, or a body without end, would hold a connection for days.
 */
final class RequestReadTimeout extends ChannelInboundHandlerAdapter {

    private final Duration timeout;

    /** Whether a request has begun and not ended. */
    private boolean arriving;

    private @Nullable Future<?> deadline;

    private RequestReadTimeout(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * Installs handlers around the decoder: before it a request is bytes as they come, after it the request's end is
     * visible.
     */
    static void on(Channel connection, Duration timeout) {
        var readTimeout = new RequestReadTimeout(timeout);
        connection.pipeline()
                .addBefore(NettyPipeline.HttpCodec, "request-read-timeout", readTimeout)
                .addAfter(NettyPipeline.HttpCodec, "request-end", readTimeout.new RequestEnd());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        arriving = true;
        context.fireChannelRead(bytes);
    }

    /** The decoder has seen the bytes by now. Most requests came whole with them and need no deadline. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (arriving && deadline == null) {
            deadline = context.executor().schedule(() -> {
                var _ = context.close();
            }, timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        arrived();
        context.fireChannelInactive();
    }

    private void arrived() {
        arriving = false;
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private final class RequestEnd extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof LastHttpContent) {
                arrived();
            }
            context.fireChannelRead(message);
        }
    }
}
