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
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import reactor.netty.NettyPipeline;

/**
 * Hands on one request at a time: further requests of a caller wait here for the answer (RFC 9112, 9.3.2). Reactor
 * Netty's own queue loses a request that is to be the last. It also answers a faulty later request before, or in place
 * of, an earlier one.
 *
 * <p>Also answers a caller that closes its sending half after its requests, and closes the connection then. Netty by
 * default closes it at once: such a caller would pay and not be answered. Here it is closed at once only if no whole
 * request waits for its answer. Needs a channel with {@link io.netty.channel.ChannelOption#ALLOW_HALF_CLOSURE}.
 */
final class Pipelining extends ChannelDuplexHandler {

    /** Messages after the end of the request that is being answered. */
    private final Queue<Object> waiting = new ArrayDeque<>();

    /** Whether a request was handed on, and not answered yet. */
    private boolean busy;

    /** Whether all of the last request was handed on. */
    private boolean whole = true;

    /** Whether the head of a final answer was written, but not its end. */
    private boolean answering;

    private boolean shutDown;

    /** Installs this right behind the codec, which has to exist. */
    static void on(Channel connection) {
        connection.pipeline().addAfter(NettyPipeline.HttpCodec, "pipelining", new Pipelining());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if ((busy && whole) || !waiting.isEmpty()) {
            waiting.add(message);
        } else {
            handOn(context, message);
        }
    }

    private void handOn(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            busy = true;
            whole = false;
        }
        if (message instanceof LastHttpContent || ((HttpObject) message).decoderResult().isFailure()) {
            whole = true; // nothing comes after a message that could not be decoded
        }
        context.fireChannelRead(message);
    }

    /** Reads nothing after the caller's shutdown: epoll would fail, and Netty close the connection. */
    @Override
    public void read(ChannelHandlerContext context) {
        if (!shutDown) {
            context.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            shutDown = true;
            closeIfDone(context);
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            answering = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
        }
        if (message instanceof LastHttpContent && answering) { // Reactor Netty may write a second end
            answering = false;
            // Waits one turn of the loop: Reactor Netty has not quite ended the exchange yet.
            promise = promise.unvoid().addListener(_ -> context.executor().execute(() -> answered(context)));
        }
        var _ = context.write(message, promise);
    }

    private void answered(ChannelHandlerContext context) {
        busy = false;
        if (!waiting.isEmpty()) {
            while (!waiting.isEmpty() && !(busy && whole)) {
                handOn(context, waiting.remove());
            }
            context.fireChannelReadComplete(); // Reactor Netty may wait for it before it flushes
        }
        closeIfDone(context);
    }

    /** Closes if no more comes, and no whole request waits for its answer. */
    private void closeIfDone(ChannelHandlerContext context) {
        if (shutDown && waiting.isEmpty() && !(busy && whole)) {
            var _ = context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        context.fireChannelInactive();
    }
}
