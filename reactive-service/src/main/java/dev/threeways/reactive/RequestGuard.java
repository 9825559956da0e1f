package dev.threeways.reactive;

import dev.threeways.payment.HostHeader;
import dev.threeways.payment.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rejects what RFC 9110 and 9112 demand to be rejected, and Reactor Netty does not. A request of unknown length is one:
 * its rest would be read as the next request. So are an invalid host and a target that names nothing here. Reactor
 * Netty is told that the request could not be decoded: it answers, and closes the connection. Its answer has no body,
 * and gets problem details on its way out.
 */
final class RequestGuard extends ChannelDuplexHandler {

    private static final AttributeKey<Boolean> BROKEN = AttributeKey.valueOf(RequestGuard.class, "broken");

    /** Netty puts this in place of a target that it could not read. */
    private static final String UNDECODED = "/bad-request";

    /** RFC 9110, 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final JsonMapper json;

    /** Path of the incoming request. */
    private @Nullable String path;

    /** The rejected request; after it nothing on this connection is a request. */
    private @Nullable Refusal refusal;

    /** @param path as it came; null if there is none */
    private record Refusal(int status, @Nullable String path) {}

    private RequestGuard(JsonMapper json) {
        this.json = json;
    }

    /** Installs this right behind the codec, which has to exist. */
    static void on(Channel connection, JsonMapper json) {
        connection.pipeline().addAfter(NettyPipeline.HttpCodec, "request-guard", new RequestGuard(json));
    }

    /**
     * Whether the body of the current request of {@code connection} is no HTTP. Reactor Netty then answers 400, and
     * closes.
     */
    static boolean isBroken(Channel connection) {
        return connection.hasAttr(BROKEN);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refusal != null) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            path = RequestTarget.path(request.uri());
            int status = status(request);
            if (status > 0) {
                refusal = new Refusal(status, path);
                request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("Status " + status)));
            }
        }
        if (refusal == null && message instanceof HttpObject part && part.decoderResult().isFailure()) {
            // Reactor Netty knows the fault of a head; a faulty body is a bad request, however long.
            boolean head = message instanceof HttpRequest;
            refusal = new Refusal(head ? 0 : 400, UNDECODED.equals(path) ? null : path);
            if (!head) {
                context.channel().attr(BROKEN).set(true);
            }
        }
        context.fireChannelRead(message);
    }

    /**
     * @return the status to reject it with, or 0; Reactor Netty mostly knows it for a request that could not be decoded
     */
    private static int status(HttpRequest request) {
        if (request.method().equals(HttpMethod.CONNECT)) {
            return 501;
        }
        int ofCoding = ofTransferCoding(request);
        if (ofCoding == 400 || request.decoderResult().isFailure()) {
            return ofCoding;
        }
        int ofHead = ofHead(request);
        return ofHead > 0 ? ofHead : ofCoding;
    }

    /** 501 if the only fault is that the coding is not known here; 0 if the request has none. */
    private static int ofTransferCoding(HttpRequest request) {
        if (!request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return 0;
        }
        List<String> codings = request.headers()
                .getAll(HttpHeaderNames.TRANSFER_ENCODING)
                .stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .toList();
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                || request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                || !codings.stream().allMatch(coding -> TOKEN.matcher(coding).matches())) {
            return 400;
        }
        if (!HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst())) {
            return 501;
        }
        return codings.size() > 1 ? 400 : 0;
    }

    private static int ofHead(HttpRequest request) {
        HttpHeaders headers = request.headers();
        boolean recent = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (!recent && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return 505;
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || (recent && hosts.isEmpty()) || !hosts.stream().allMatch(HostHeader::isValid)) {
            return 400;
        }
        if (!hosts.isEmpty() && hosts.getFirst().endsWith(":")) { // an empty port, which Reactor Netty cannot read
            headers.set(HttpHeaderNames.HOST, hosts.getFirst().substring(0, hosts.getFirst().length() - 1));
        }
        String expectation = headers.get(HttpHeaderNames.EXPECT);
        if (recent && expectation != null && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)) {
            return 417;
        }
        String target = RequestTarget.ofOrigin(request.uri(), hosts.isEmpty() ? null : hosts.getFirst());
        if (target == null) {
            return 400;
        }
        request.setUri(target);
        return 0;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var _ = context.write(refusal != null && message instanceof FullHttpResponse response && isBare(response)
                ? withProblem(response, refusal)
                : message, promise);
    }

    /**
     * Whether the error answer is Reactor Netty's own. One to HEAD has no body either, but says how long it would be.
     */
    private static boolean isBare(FullHttpResponse response) {
        return response.status().code() >= 400 && HttpUtil.getContentLength(response, -1L) == 0;
    }

    private FullHttpResponse withProblem(FullHttpResponse bare, Refusal refusal) {
        int status = refusal.status() == 0 ? bare.status().code() : refusal.status();
        var problem = Problem.ofStatus(status);
        byte[] body = json.writeValueAsBytes(Problems.body(problem, refusal.path()));
        FullHttpResponse response = bare.replace(Unpooled.wrappedBuffer(body))
                .setStatus(HttpResponseStatus.valueOf(status));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        bare.release();
        return response;
    }
}
