package dev.threeways.reactive;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.Order;
import dev.threeways.payment.PaymentFailure;
import dev.threeways.payment.PaymentOutcome;
import dev.threeways.payment.PaymentOutcome.PaymentFailed;
import dev.threeways.payment.PaymentRequest;
import dev.threeways.payment.PaymentResponse;
import dev.threeways.telemetry.RequestClock;
import dev.threeways.telemetry.RequestStage;
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
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Pays through the payment API: one exchange, never a second one. */
@Component
class Payments {

    private final PaymentApi api;

    private final Duration responseTimeout;

    private final LoopScheduler timer;

    private final JsonMapper json;

    private final @Nullable PaymentSigning signing;

    /**
     * @param json writes what is signed, as {@code api} writes what is not
     * @param signingThreads if not on the event loops
     */
    Payments(PaymentApi api, PaymentProperties properties, LoopScheduler timer, JsonMapper json,
            Optional<SigningThreads> signingThreads) {
        this.api = api;
        this.timer = timer;
        this.json = json;
        this.responseTimeout = properties.responseTimeout();
        this.signing = properties.signing().signer().map(signer -> new PaymentSigning(signer, timer,
                signingThreads.map(SigningThreads::scheduler).orElse(null))).orElse(null);
    }

    /** Whatever goes wrong in the exchange is an outcome, too. */
    Mono<PaymentOutcome> pay(Order order, IdempotencyKey key, RequestClock clock) {
        PaymentRequest request = PaymentRequest.of(order);
        if (signing == null) {
            clock.enter(RequestStage.PAY);
            return outcome(order, api.pay(key.value(), request));
        }
        clock.enter(RequestStage.SIGN);
        byte[] signed = json.writeValueAsBytes(request);
        return signing.sign(key, signed).flatMap(signature -> {
            clock.enter(RequestStage.PAY);
            return outcome(order, api.paySigned(key.value(), signature, signed));
        });
    }

    private Mono<PaymentOutcome> outcome(Order order, Mono<PaymentResponse> exchange) {
        return exchange
                .timeout(responseTimeout, tooLate(), timer) // Reactor Netty's own bounds each read, not the exchange
                .map(response -> response.outcomeFor(order))
                .defaultIfEmpty(new PaymentFailed(order.id(), PaymentFailure.INVALID_ANSWER, null))
                .onErrorResume(error -> Mono.just(new PaymentFailed(order.id(), failure(error), error)));
    }

    private Mono<PaymentResponse> tooLate() {
        return Mono.error(() -> new TimeoutException("No whole answer within " + responseTimeout));
    }

    private static PaymentFailure failure(Throwable error) {
        if (error instanceof WebClientResponseException answer && answer.getStatusCode() != HttpStatus.OK) {
            return PaymentFailure.ERROR_STATUS;
        }
        for (@Nullable
        Throwable cause = error; cause != null; cause = cause.getCause()) {
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
        return PaymentFailure.INVALID_ANSWER; // it came whole and in time, and was not what it should be
    }
}
