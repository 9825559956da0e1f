package dev.threeways.reactive;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import reactor.netty.NettyPipeline;

/**
 * Answers all requests of a caller that has said that it sends no more, and closes the connection then.
 *
 * <p>A caller says so by closing its sending half. By default Netty closes the connection at once: whoever pays and has no
 * more to say would not be answered. Here it is closed at once only if no whole request waits for its answer. Takes a channel
 * with {@link io.netty.channel.ChannelOption#ALLOW_HALF_CLOSURE}.
 *
 * <p>Or by {@code Connection: close}. If other requests wait in front of that one, Reactor Netty drops it: so it is told
 * nothing, and what it would have done is done here.
 */
final class LastRequest extends ChannelDuplexHandler {

    /** Requests that came, the one that is coming included, and were not answered yet. */
    private int unanswered;

    /** Whether a request has begun and not ended. */
    private boolean arriving;

    /** Whether the head of a final answer was written, and not yet its end. */
    private boolean answering;

    private boolean shutDown;

    /** Whether the last of those that are unanswered was to be the last, and Reactor Netty does not know. */
    private boolean closing;

    /** Right behind the codec, which is there already. */
    static void on(Channel connection) {
        connection.pipeline().addAfter(NettyPipeline.HttpCodec, "last-request", new LastRequest());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closing && !arriving) { // behind the last
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            unanswered++;
            arriving = true;
            if (unanswered > 1 && !HttpUtil.isKeepAlive(request)) {
                HttpUtil.setKeepAlive(request, true);
                closing = true;
            }
        }
        if (message instanceof LastHttpContent || ((HttpObject) message).decoderResult().isFailure()) {
            arriving = false; // what could not be decoded is answered, too
        }
        context.fireChannelRead(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            shutDown = true;
            if (arriving && unanswered > 0) {
                unanswered--; // it will never be whole
            }
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
            if (answering && closing && unanswered == 1) {
                HttpUtil.setKeepAlive(response, false);
            }
        }
        if (message instanceof LastHttpContent && answering) { // Reactor Netty may write a second end
            answering = false;
            unanswered--;
            promise = promise.unvoid().addListener(_ -> {
                if (shutDown || closing) { // Reactor Netty has not quite ended the exchange yet
                    context.executor().execute(() -> closeIfAnswered(context));
                }
            });
        }
        var _ = context.write(message, promise);
    }

    private void closeIfAnswered(ChannelHandlerContext context) {
        if (unanswered == 0) {
            var _ = context.close();
        }
    }
}
