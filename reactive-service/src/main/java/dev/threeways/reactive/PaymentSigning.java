package dev.threeways.reactive;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentSigner;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Signs payments, on the event loop or beside it. Either way the request continues on its own event loop, where its
 * connections are.
 */
final class PaymentSigning {

    private final PaymentSigner signer;

    private final LoopScheduler loops;

    private final @Nullable Scheduler threads;

    /** @param threads null to sign on the event loop */
    PaymentSigning(PaymentSigner signer, LoopScheduler loops, @Nullable Scheduler threads) {
        this.signer = signer;
        this.loops = loops;
        this.threads = threads;
    }

    /** The signature. The event loop of the request has to subscribe. */
    Mono<String> sign(IdempotencyKey key, byte[] body) {
        Mono<String> signature = Mono.fromSupplier(() -> signer.sign(key, body));
        return threads == null
                ? signature
                : Mono.defer(() -> signature.subscribeOn(threads).publishOn(loops.own()));
    }
}
