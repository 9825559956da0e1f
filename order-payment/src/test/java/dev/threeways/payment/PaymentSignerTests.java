package dev.threeways.payment;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentSignerTests {

    private static final IdempotencyKey KEY = new IdempotencyKey("order-42");

    private static final byte[] BODY = body("{\"orderId\":42,\"amount\":326.98,\"currency\":\"GBP\"}");

    private static byte[] body(String text) {
        return text.getBytes(US_ASCII);
    }

    /**
     * Signatures come from another implementation: {@code pbkdf2_hmac} and {@code hmac} of Python's standard library.
     */
    @ParameterizedTest
    @CsvSource({"a secret, 1, ac03843a7b9024fc50515b9fa0ee242e37a5b1fdebeac2dc8618108ac51d0a1e",
            "a secret, 1000, 7b0e3bc59ee9c7006ca8c05de86ac24ad6c434479cfca7232be78f4e14ab3d04",
            "schlüssel €, 1000, 4d041797bc63643aead5dc93df145f56b7d46318591f8d17a23a5e0e94d8ae4d"})
    void signsAsOthersVerify(String secret, int iterations, String signature) {
        assertThat(new PaymentSigner(secret, iterations).sign(KEY, BODY)).isEqualTo(signature);
    }

    @Test
    void signsAnEmptyBody() {
        assertThat(new PaymentSigner("a secret", 2).sign(KEY, new byte[0]))
                .isEqualTo("d2d3f6ced511f9c58c839dacae6f8f841726f0ec77f4f9edfd0d8d25aa3e2b8c");
    }

    @Test
    void signsTheSameAlike() {
        assertThat(new PaymentSigner("a secret", 3).sign(KEY, BODY))
                .isEqualTo(new PaymentSigner("a secret", 3).sign(KEY, BODY.clone()));
    }

    @Test
    void signsAnythingElseOtherwise() {
        var signer = new PaymentSigner("a secret", 3);

        assertThat(List.of(signer.sign(KEY, BODY), signer.sign(new IdempotencyKey("order-43"), BODY),
                signer.sign(KEY, body("{\"orderId\":42,\"amount\":326.99,\"currency\":\"GBP\"}")),
                new PaymentSigner("another secret", 3).sign(KEY, BODY),
                new PaymentSigner("a secret", 4).sign(KEY, BODY)))
                .doesNotHaveDuplicates();
    }

    @Test
    void manyThreadsMayAskAtOnce() throws Exception {
        var signer = new PaymentSigner("a secret", 500);
        List<IdempotencyKey> keys = IntStream.range(0, 200).mapToObj(i -> new IdempotencyKey("key-" + i)).toList();
        List<String> expected = keys.stream().map(key -> signer.sign(key, BODY)).toList();
        List<String> signed = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<String>> tasks = keys.stream()
                    .<Callable<String>>map(key -> () -> signer.sign(key, BODY))
                    .toList();
            for (Future<String> each : threads.invokeAll(tasks)) {
                signed.add(each.get());
            }
        }
        assertThat(signed).isEqualTo(expected);
    }

    @Test
    void needsASecretAndAnIteration() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PaymentSigner("", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PaymentSigner("a secret", 0));
    }
}
