package dev.threeways.reactive;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.Order;
import dev.threeways.payment.PaymentFailure;
import dev.threeways.payment.PaymentOutcome;
import dev.threeways.payment.PaymentOutcome.PaymentFailed;
import dev.threeways.payment.PaymentRequest;
import dev.threeways.payment.PaymentResponse;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.PrematureChannelClosureException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Mono;

/** Pays through the payment API: one exchange, never a second one. */
@Component
class Payments {

    private final PaymentApi api;

    private final Duration responseTimeout;

    private final LoopScheduler timer;

    Payments(PaymentApi api, PaymentProperties properties, LoopScheduler timer) {
        this.api = api;
        this.timer = timer;
        this.responseTimeout = properties.responseTimeout();
    }

    /** Whatever goes wrong is an outcome, too. */
    Mono<PaymentOutcome> pay(Order order, IdempotencyKey key) {
        return api.pay(key.value(), PaymentRequest.of(order))
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
