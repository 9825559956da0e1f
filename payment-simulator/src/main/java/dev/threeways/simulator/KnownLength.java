package dev.threeways.simulator;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Rejects a request with a transfer coding other than {@code chunked} (RFC 9112, 6.1). Netty takes it for one without a
 * body, and the body for the next request: a payment that no client made. Reactor Netty answers 400 and closes the
 * connection.
 */
final class KnownLength extends ChannelInboundHandlerAdapter {

    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
            refused = !codings.isEmpty() && !(codings.size() == 1
                    && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst()));
            if (refused) {
                request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("Transfer-Encoding")));
            }
        }
        context.fireChannelRead(message);
    }
}
