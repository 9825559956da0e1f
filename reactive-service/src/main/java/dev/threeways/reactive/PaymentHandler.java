package dev.threeways.reactive;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.OrderId;
import dev.threeways.payment.PaymentLog;
import dev.threeways.payment.PaymentOutcome;
import dev.threeways.payment.PaymentOutcome.InvalidIdempotencyKey;
import dev.threeways.payment.PaymentOutcome.InvalidOrderId;
import dev.threeways.payment.PaymentOutcome.OrderNotFound;
import dev.threeways.payment.PaymentOutcome.OrdersUnavailable;
import dev.threeways.payment.PaymentOutcome.Overloaded;
import dev.threeways.payment.PaymentOutcome.UnexpectedError;
import dev.threeways.telemetry.InFlightLimit;
import dev.threeways.telemetry.RequestClock;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Pays one order: reads it, pays it, logs exactly one line. */
@Component
class PaymentHandler {

    private final InFlightLimit inFlight;

    private final Orders orders;

    private final Payments payments;

    PaymentHandler(InFlightLimit inFlight, Orders orders, Payments payments) {
        this.inFlight = inFlight;
        this.orders = orders;
        this.payments = payments;
    }

    /**
     * Outcome of a request.
     *
     * @param key the key the caller gave or was given; null if the given one is invalid
     */
    record Handled(PaymentOutcome outcome, @Nullable IdempotencyKey key) {}

    /**
     * Always answers, never with an error.
     *
     * <p>WebFlux cancels a request whose caller hangs up. A payment half made is worth less than one the caller can ask
     * for again with its key. So the work runs as a future of its own, out of that cancellation's reach. It ends, is
     * logged, and only then leaves the limit.
     *
     * @param orderId as it stood in the path
     * @param keys all values of the {@value IdempotencyKey#HEADER} headers
     */
    Mono<Handled> pay(String orderId, List<String> keys, RequestClock clock) {
        return Mono.deferContextual(context -> {
            long start = System.nanoTime();
            @Nullable
            IdempotencyKey key = IdempotencyKey.of(keys).orElse(null);
            if (!inFlight.tryEnter()) {
                return Mono.just(logged(new Overloaded(), key, start, clock, context));
            }
            var work = Mono.defer(() -> outcome(orderId, key, clock))
                    .onErrorResume(error -> Mono.just(new UnexpectedError(error)))
                    .map(outcome -> logged(outcome, key, start, clock, context))
                    .doOnTerminate(inFlight::leave)
                    .contextWrite(context);
            return Mono.fromFuture(work.toFuture(), true);
        });
    }

    private Mono<PaymentOutcome> outcome(String orderId, @Nullable IdempotencyKey key, RequestClock clock) {
        OptionalLong parsed = OrderId.parse(orderId);
        if (parsed.isEmpty()) {
            return Mono.just(new InvalidOrderId());
        }
        if (key == null) {
            return Mono.just(new InvalidIdempotencyKey());
        }
        long id = parsed.getAsLong();
        return orders.find(id, clock)
                .flatMap(order -> payments.pay(order, key, clock))
                .defaultIfEmpty(new OrderNotFound(id))
                .onErrorResume(R2dbcException.class, error -> Mono.just(new OrdersUnavailable(id, error)));
    }

    private static Handled logged(PaymentOutcome outcome, @Nullable IdempotencyKey key, long start,
            RequestClock clock, ContextView context) {
        clock.enter(PaymentStage.LOG);
        // The line carries the trace's ids, which Logback takes from the thread.
        Observation request = context.<Observation>getOrEmpty(ObservationThreadLocalAccessor.KEY)
                .orElse(Observation.NOOP);
        try (Observation.Scope _ = request.openScope()) {
            PaymentLog.write(outcome, key, Duration.ofNanos(System.nanoTime() - start));
        }
        clock.leave();
        return new Handled(outcome, key);
    }
}
