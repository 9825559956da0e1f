package dev.threeways.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentSigner;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class PaymentSigningTests {

    private static final IdempotencyKey KEY = new IdempotencyKey("key-1");

    private final PaymentSigner signer = new PaymentSigner("a secret", 1);

    private final Semaphore turns = new Semaphore(1, true);

    private final PaymentSigning signing = new PaymentSigning(signer, turns);

    @Test
    void givesItsTurnBack() {
        assertThat(signing.sign(KEY, new byte[]{1})).isEqualTo(signer.sign(KEY, new byte[]{1}));

        assertThat(turns.availablePermits()).isOne();
    }

    @Test
    void waitsForATurn() {
        turns.acquireUninterruptibly();

        CompletableFuture<String> signature = CompletableFuture.supplyAsync(() -> signing.sign(KEY, new byte[]{1}));
        await().until(turns::hasQueuedThreads);
        assertThat(signature).isNotDone();

        turns.release();
        assertThat(signature).succeedsWithin(Duration.ofSeconds(10));
    }
}
