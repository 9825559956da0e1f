package dev.threeways.servlet;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentSigner;
import java.util.concurrent.Semaphore;

/**
 * Signs payments, at most one a turn, in order of arrival. With a turn for each processor signing takes no longer than
 * with a thousand threads computing at once. Requests that wait for a turn leave the processors to accepting
 * connections, rejecting requests and answering.
 */
final class PaymentSigning {

    private final PaymentSigner signer;

    private final Semaphore turns;

    /** @param turns fair, so that requests sign in order of arrival */
    PaymentSigning(PaymentSigner signer, Semaphore turns) {
        this.signer = signer;
        this.turns = turns;
    }

    /**
     * Waits for a turn, as long as it takes.
     *
     * @return as {@link PaymentSigner#sign} does
     */
    String sign(IdempotencyKey key, byte[] body) {
        turns.acquireUninterruptibly();
        try {
            return signer.sign(key, body);
        } finally {
            turns.release();
        }
    }
}
