package dev.threeways.simulator;

import dev.threeways.payment.IdempotencyKey;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerResponse;

/**
 * One payment, from the receipt of its request to its outcome. All of it happens on the event loop of its connection;
 * waiting takes a timer and no thread.
 */
final class PaymentExchange {

    /**
     * Pause between the bytes of a {@link SimulatedOutcome#DRIP}: about 70 bytes take 14 s, and no pause is a timeout.
     */
    static final Duration DRIP_PAUSE = Duration.ofMillis(200);

    /**
     * Bytes that the {@code Content-Length} of a {@link SimulatedOutcome#TRUNCATED} answer promises beyond those sent.
     */
    private static final int MISSING_BYTES = 64;

    private final Channel channel;

    private final HttpServerResponse response;

    private final String key;

    private final SimulatedOutcome outcome;

    private final Run run;

    /** Instant in terms of {@link System#nanoTime()}. */
    private final long dueNanos;

    private boolean done;

    /** @param wait from now until the outcome */
    PaymentExchange(Channel channel, HttpServerResponse response, String key, SimulatedOutcome outcome, Duration wait,
            Run run) {
        this.channel = channel;
        this.response = response;
        this.key = key;
        this.outcome = outcome;
        this.run = run;
        this.dueNanos = System.nanoTime() + wait.toNanos();
    }

    /**
     * Waits, then lets the outcome happen. Completes when the answer was written. Where the connection is to end,
     * Reactor Netty cancels this, as it does when the client closes.
     *
     * @param answer JSON of an approval, or of the outcome's own answer
     */
    Mono<Void> run(byte[] answer, boolean closeAfterAnswer) {
        Mono<Void> happening = switch (outcome) {
            case APPROVED, DECLINED, ERROR, GARBAGE -> closeAfterAnswer ? answer(answer).then(close()) : answer(answer);
            case TRUNCATED -> write(head(answer.length + MISSING_BYTES), answer).then(close());
            case DRIP -> write(head(answer.length)).then(drip(answer)).then(close());
            case HANG, CLOSE -> close();
            case RESET -> reset();
        };
        return after(dueNanos - System.nanoTime()).then(happening);
    }

    /** Whether the outcome happened; false if the client went before. */
    boolean isDone() {
        return done;
    }

    private Mono<Void> after(long nanos) {
        return Mono.create(sink -> {
            ScheduledFuture<?> timer = channel.eventLoop().schedule(() -> sink.success(), nanos, TimeUnit.NANOSECONDS);
            sink.onCancel(() -> timer.cancel(false));
        });
    }

    private void happened() {
        if (!done && outcome != SimulatedOutcome.HANG) { // no client waits for its instant
            run.happened(System.nanoTime() - dueNanos);
        }
        done = true;
    }

    private Mono<Void> answer(byte[] body) {
        return Mono.defer(() -> response.status(outcome == SimulatedOutcome.ERROR ? 500 : 200)
                .header(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .sendByteArray(Mono.just(body))
                .then())
                .doOnSuccess(_ -> happened());
    }

    private byte[] head(int contentLength) {
        return ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + IdempotencyKey.HEADER + ": " + key
                + "\r\ncontent-length: " + contentLength + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes past the HTTP codec, which would not let a wrong answer through. */
    private Mono<Void> write(byte[]... bytes) {
        return FutureMono.deferFuture(() -> channel.pipeline()
                .context(NettyPipeline.HttpCodec)
                .writeAndFlush(Unpooled.wrappedBuffer(bytes))).doOnSuccess(_ -> happened());
    }

    private Mono<Void> drip(byte[] body) {
        return Flux.range(0, body.length)
                .concatMap(i -> after(DRIP_PAUSE.toNanos()).then(write(new byte[]{body[i]})), 1)
                .then();
    }

    private Mono<Void> close() {
        return Mono.defer(() -> {
            happened();
            return FutureMono.from(channel.close()).then(Mono.never());
        });
    }

    /** Without lingering, closing a socket sends RST in place of FIN. */
    private Mono<Void> reset() {
        return Mono.defer(() -> {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            return close();
        });
    }
}
