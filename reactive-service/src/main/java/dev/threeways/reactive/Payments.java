package dev.threeways.reactive;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.Order;
import dev.threeways.payment.PaymentApiException;
import dev.threeways.payment.PaymentFailure;
import dev.threeways.payment.PaymentOutcome;
import dev.threeways.payment.PaymentOutcome.PaymentFailed;
import dev.threeways.payment.PaymentRequest;
import dev.threeways.payment.PaymentResponse;
import dev.threeways.payment.PaymentSigner;
import dev.threeways.telemetry.RequestClock;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.PrematureChannelClosureException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Pays through the payment API: one exchange, never a second one. */
@Component
class Payments {

    private static final byte[] NOTHING = {};

    private final WebClient client;

    private final Duration responseTimeout;

    private final LoopScheduler timer;

    private final JsonMapper json;

    private final @Nullable PaymentSigning signing;

    /**
     * @param paymentClient of the payment API; lets only a request's own answer through ({@link AnswerGuard})
     * @param signingThreads empty to sign on the event loops
     */
    Payments(WebClient paymentClient, PaymentProperties properties, LoopScheduler timer, JsonMapper json,
            Optional<SigningThreads> signingThreads) {
        this.client = paymentClient;
        this.timer = timer;
        this.json = json;
        this.responseTimeout = properties.responseTimeout();
        this.signing = properties.signing()
                .signer()
                .map(signer -> new PaymentSigning(signer, timer,
                        signingThreads.map(SigningThreads::scheduler).orElse(null)))
                .orElse(null);
    }

    /** Turns every failure of the exchange into an outcome. */
    Mono<PaymentOutcome> pay(Order order, IdempotencyKey key, RequestClock clock) {
        byte[] body = json.writeValueAsBytes(PaymentRequest.of(order));
        if (signing == null) {
            return exchange(order, key, body, null, clock);
        }
        clock.enter(PaymentStage.SIGN);
        return signing.sign(key, body).flatMap(signature -> exchange(order, key, body, signature, clock));
    }

    private Mono<PaymentOutcome> exchange(Order order, IdempotencyKey key, byte[] body, @Nullable String signature,
            RequestClock clock) {
        clock.enter(PaymentStage.PAY);
        WebClient.RequestBodySpec request = client.post()
                .uri("/payments")
                .header(IdempotencyKey.HEADER, key.value())
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.APPLICATION_JSON);
        if (signature != null) {
            request.header(PaymentSigner.HEADER, signature);
        }
        return request.bodyValue(body)
                .exchangeToMono(answer -> outcome(order, answer))
                .timeout(responseTimeout, tooLate(), timer) // Reactor Netty's own bounds each read, not the exchange
                .onErrorResume(error -> Mono.just(new PaymentFailed(order.id(), failure(error), error)));
    }

    /** Reads the body to its end, so that the connection can be used again, and as JSON whatever its type says. */
    private Mono<PaymentOutcome> outcome(Order order, ClientResponse answer) {
        int status = answer.statusCode().value();
        return DataBufferUtils
                .join(answer.body(BodyExtractors.toDataBuffers()), PaymentConfiguration.MAX_ANSWER_BYTES)
                .map(Payments::bytes)
                .defaultIfEmpty(NOTHING)
                .map(body -> status == 200
                        ? outcome(order, body)
                        : new PaymentFailed(order.id(), PaymentFailure.ERROR_STATUS,
                                new PaymentApiException("The payment API answered " + status)));
    }

    private PaymentOutcome outcome(Order order, byte[] body) {
        PaymentResponse response = json.readValue(body, PaymentResponse.class);
        return response == null // JSON's null
                ? new PaymentFailed(order.id(), PaymentFailure.INVALID_ANSWER, null)
                : response.outcomeFor(order);
    }

    private static byte[] bytes(DataBuffer buffer) {
        var bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private Mono<PaymentOutcome> tooLate() {
        return Mono.error(() -> new TimeoutException("No whole answer within " + responseTimeout));
    }

    private static PaymentFailure failure(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case TimeoutException _,ConnectTimeoutException _ -> {
                    return PaymentFailure.TIMED_OUT;
                }
                case ConnectException _,NoRouteToHostException _,UnknownHostException _ -> {
                    return PaymentFailure.CONNECTION_REFUSED;
                }
                case IOException _,PrematureChannelClosureException _ -> {
                    return PaymentFailure.CONNECTION_LOST;
                }
                default -> {
                }
            }
        }
        return PaymentFailure.INVALID_ANSWER; // it came whole and in time, but was not valid
    }
}
