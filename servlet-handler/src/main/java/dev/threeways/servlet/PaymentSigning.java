package dev.threeways.servlet;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentSigner;
import java.util.concurrent.Semaphore;

/**
 * Signs payments, no more at a time than there are turns, and in the order in which they come. With a turn for each processor
 * signing takes no longer than with a thousand threads that compute at once, and whoever waits for a turn leaves the processors
 * to those who accept connections, turn requests away and answer.
 */
final class PaymentSigning {

    private final PaymentSigner signer;

    private final Semaphore turns;

    /** @param turns fair */
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
