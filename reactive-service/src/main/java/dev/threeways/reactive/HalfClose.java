package dev.threeways.reactive;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import reactor.netty.NettyPipeline;

/**
 * Answers a caller that closes its sending half after its request, and closes the connection then. By default Netty closes
 * it at once: whoever pays and says that it has no more to say would not be answered. A connection on which no whole
 * request waits for its answer is closed at once here, too. Takes a channel with
 * {@link io.netty.channel.ChannelOption#ALLOW_HALF_CLOSURE}.
 */
final class HalfClose extends ChannelDuplexHandler {

    /** Whole requests that came and were not answered yet. */
    private int unanswered;

    /** Whether the head of a final answer was written, and not yet its end. */
    private boolean answering;

    private boolean shutDown;

    /** Right behind the codec, which is there already. */
    static void on(Channel connection) {
        connection.pipeline().addAfter(NettyPipeline.HttpCodec, "half-close", new HalfClose());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof LastHttpContent) {
            unanswered++;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            shutDown = true;
            closeIfAnswered(context);
        }
        context.fireUserEventTriggered(event);
    }

    /** There is nothing to be read any more, and epoll fails where it is asked to: Netty would close the connection. */
    @Override
    public void read(ChannelHandlerContext context) {
        if (!shutDown) {
            context.read();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            answering = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
        }
        if (message instanceof LastHttpContent && answering) { // Reactor Netty may write a second end
            answering = false;
            unanswered--; // below zero if the answer came before the end of the request, as a 413 does
            promise = promise.unvoid().addListener(_ -> {
                if (shutDown) { // Reactor Netty has not quite ended the exchange yet
                    context.executor().execute(() -> closeIfAnswered(context));
                }
            });
        }
        var _ = context.write(message, promise);
    }

    private void closeIfAnswered(ChannelHandlerContext context) {
        if (unanswered <= 0) {
            var _ = context.close();
        }
    }
}
