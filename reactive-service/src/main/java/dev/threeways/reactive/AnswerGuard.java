package dev.threeways.reactive;

import dev.threeways.payment.AnswerKey;
import dev.threeways.payment.IdempotencyKey;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Lets one answer through for each request, its own, and closes a connection on which anything else arrives. Reactor
 * Netty by itself takes an interim answer (RFC 9110, 15.2) for the final one. It then takes the final one for the
 * answer to the next request. Unrequested bytes stay in a connection that is used again.
 *
 * <p>The end of an answer is held back until everything that arrived with it was checked. A codec may keep the
 * beginning of a further answer, which no handler sees. So a new codec takes its place after each answer, and Netty
 * hands on the rest.
 */
final class AnswerGuard extends ChannelDuplexHandler {

    private enum State {
        /** No request waits for an answer: nothing may arrive. */
        IDLE,
        /** The head of an answer is due. */
        ASKED,
        /** The end of an interim answer is due. */
        INTERIM,
        /** The body is due. */
        ANSWERED,
        /** The connection is not to be trusted any more. */
        BROKEN
    }

    private static final String UNASKED_BYTES = "unasked-bytes";

    private final AnswerKey answerKey;

    private State state = State.IDLE;

    private String key = "";

    /** Interim answers to the request that waits. */
    private int interims;

    /** The end of the answer, while it is held back. */
    private @Nullable LastHttpContent end;

    private AnswerGuard(AnswerKey answerKey) {
        this.answerKey = answerKey;
    }

    /**
     * Installs handlers around the codec: before it an answer is bytes as they come, after it the answer's end is
     * visible.
     */
    static void on(Channel connection, AnswerKey answerKey) {
        var guard = new AnswerGuard(answerKey);
        connection.pipeline()
                .addBefore(NettyPipeline.HttpCodec, UNASKED_BYTES, guard.new UnaskedBytes())
                .addAfter(NettyPipeline.HttpCodec, "answer-guard", guard);
        renewCodec(connection.pipeline());
    }

    /** Bytes that the old codec has kept go to the next handler, which is the guard. */
    private static void renewCodec(ChannelPipeline pipeline) {
        pipeline.remove(NettyPipeline.HttpCodec);
        pipeline.addAfter(UNASKED_BYTES, NettyPipeline.HttpCodec, codec());
    }

    /** Netty bounds the status line, too: 4 KiB. */
    private static HttpClientCodec codec() {
        return new HttpClientCodec(
                new HttpDecoderConfig().setMaxHeaderSize(PaymentConfiguration.MAX_ANSWER_HEADER_BYTES),
                HttpClientCodec.DEFAULT_PARSE_HTTP_AFTER_CONNECT_REQUEST,
                HttpClientCodec.DEFAULT_FAIL_ON_MISSING_RESPONSE);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpRequest request) {
            if (state != State.IDLE) { // the last answer has not ended, or is not to be trusted
                ReferenceCountUtil.release(message);
                var _ = promise.setFailure(new ClosedChannelException());
                close(context);
                return;
            }
            state = State.ASKED;
            interims = 0;
            key = request.headers().get(IdempotencyKey.HEADER);
        }
        var _ = context.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (state == State.ASKED && message instanceof HttpResponse answer) {
            begin(context, answer);
        } else if (state == State.INTERIM && message instanceof LastHttpContent) {
            state = State.ASKED;
            ReferenceCountUtil.release(message);
        } else if (state == State.ANSWERED && end == null) {
            if (message instanceof LastHttpContent last && last.decoderResult().isSuccess()) {
                end = last;
            } else {
                context.fireChannelRead(message);
            }
        } else { // not requested
            state = State.BROKEN;
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpResponse answer) {
        HttpResponseStatus status = answer.status();
        if (answer.decoderResult().isFailure()) {
            state = State.ANSWERED; // with an error, which Reactor Netty reads off it
            context.fireChannelRead(answer);
        } else if (status.codeClass() == HttpStatusClass.INFORMATIONAL
                && !status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            if (++interims > PaymentConfiguration.MAX_INTERIM_ANSWERS) {
                refuse(context, answer, "More than " + PaymentConfiguration.MAX_INTERIM_ANSWERS + " interim answers");
                return;
            }
            state = State.INTERIM;
            ReferenceCountUtil.release(answer);
        } else {
            List<String> answered = answer.headers().getAll(IdempotencyKey.HEADER);
            if (status.code() < 200 || status.code() > 599) {
                refuse(context, answer, "The answer's status is " + status.code());
            } else if (!answerKey.fits(key, answered)) {
                refuse(context, answer, AnswerKey.mismatch(answered));
            } else {
                state = State.ANSWERED;
                context.fireChannelRead(answer);
            }
        }
    }

    private void refuse(ChannelHandlerContext context, HttpResponse answer, String reason) {
        state = State.BROKEN;
        ReferenceCountUtil.release(answer);
        context.fireExceptionCaught(new DecoderException(reason));
        close(context);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        LastHttpContent ended = end;
        if (ended != null) {
            end = null;
            if (state == State.ANSWERED) {
                state = State.IDLE;
                renewCodec(context.pipeline());
            }
            if (state == State.BROKEN) {
                close(context); // first, so that no request gets the connection that the answer's end gives back
            }
            context.fireChannelRead(ended);
        } else if (state == State.BROKEN) {
            close(context);
        } else if (state == State.ASKED || state == State.INTERIM) {
            context.read(); // Reactor Netty asks for more when it gets something, and has got nothing
        }
        context.fireChannelReadComplete();
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }

    /** Catches the beginning of an unrequested answer, which would wait in the codec for its end. */
    private final class UnaskedBytes extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            if (state == State.IDLE || state == State.BROKEN || end != null) {
                state = State.BROKEN;
                ReferenceCountUtil.release(bytes);
                close(context);
            } else {
                context.fireChannelRead(bytes);
            }
        }
    }
}
