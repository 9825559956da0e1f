package dev.threeways.connections;

import dev.threeways.connections.http.BadRequestException;
import dev.threeways.connections.http.ChunkedBody;
import dev.threeways.connections.http.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder, except that chunked bodies are read as on the other servers. Netty's own takes {@code 5 x} for the
 * size 5, does not bound extensions, and finds out late that a body is too large.
 */
final class NettyDecoder extends HttpRequestDecoder {

    private final HttpLimits limits;

    private @Nullable ChunkedBody chunks;

    private boolean ended;

    NettyDecoder(HttpLimits limits) {
        super(new HttpDecoderConfig().setMaxInitialLineLength(limits.headBytes())
                .setMaxHeaderSize(limits.headBytes()));
        this.limits = limits;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        ChunkedBody current = chunks;
        if (ended) {
            in.skipBytes(in.readableBytes());
        } else if (current != null) {
            read(current, in, out);
        } else {
            super.decode(context, in, out);
            for (Object decoded : out) {
                if (decoded instanceof HttpRequest head && head.decoderResult().isSuccess()
                        && HttpUtil.isTransferEncodingChunked(head)) {
                    chunks = new ChunkedBody(limits);
                }
            }
        }
    }

    private void read(ChunkedBody current, ByteBuf in, List<Object> out) {
        ByteBuffer bytes = in.nioBuffer();
        boolean complete = false;
        try {
            complete = current.read(bytes);
        } catch (BadRequestException e) {
            ended = true;
            HttpContent bad = new DefaultHttpContent(Unpooled.EMPTY_BUFFER);
            bad.setDecoderResult(DecoderResult.failure(e));
            out.add(bad);
        }
        in.skipBytes(in.readableBytes() - bytes.remaining());
        if (complete) {
            chunks = null;
            reset(); // Netty's own part expects a chunk; now a request
            out.add(new DefaultLastHttpContent(Unpooled.wrappedBuffer(current.content())));
        }
    }
}
