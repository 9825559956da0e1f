package dev.threeways.reactive;

import static dev.threeways.reactive.RunningService.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A caller that hangs up undoes nothing. */
class HangUpTests {

    private static final String REQUEST = "POST /orders/1/payment HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @Test
    void thePaymentAndItsLineAreCompleted() throws Exception {
        var release = new CountDownLatch(1);
        try (var paymentApi = new StubPaymentApi();
                var service = RunningService.start(paymentApi, "--payment.response-timeout=30s")) {
            paymentApi.answer(StubPaymentApi.held(release, StubPaymentApi.APPROVE));
            try (var caller = service.connect()) {
                write(caller, REQUEST);
                await().until(() -> paymentApi.calls().size() == 1);
            }
            awaitHungUp(service);
            assertThat(service.outcomes()).isEmpty();
            assertThat(service.inFlight()).isEqualTo(1);

            release.countDown();

            await().until(() -> service.outcomes().size() == 1);
            assertThat(service.outcomes()).containsExactly("paid");
            await().until(() -> service.inFlight() == 0);
            assertThat(paymentApi.calls()).hasSize(1);
            assertThat(paymentApi.openConnections()).isEqualTo(1); // kept for the next payment
        }
    }

    @Test
    void aGracefulShutdownWaitsForIt() throws Exception {
        var release = new CountDownLatch(1);
        try (var paymentApi = new StubPaymentApi();
                var service = RunningService.start(paymentApi, "--payment.response-timeout=30s",
                        "--spring.lifecycle.timeout-per-shutdown-phase=30s")) {
            paymentApi.answer(StubPaymentApi.held(release, StubPaymentApi.APPROVE));
            try (var orphan = service.connect()) {
                write(orphan, REQUEST);
                await().until(() -> paymentApi.calls().size() == 1);
            }
            awaitHungUp(service);
            try (var caller = service.connect()) {
                write(caller, REQUEST);
                await().until(() -> paymentApi.calls().size() == 2);

                var stopping = Thread.ofVirtual().start(service::stop);
                await().until(() -> service.pay("1").statusCode() == 503); // it has begun
                assertThat(stopping.isAlive()).isTrue();
                release.countDown();

                assertThat(stopping.join(Duration.ofSeconds(30))).isTrue();
                assertThat(new String(caller.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                        .startsWith("HTTP/1.1 200 OK\r\n");
            }
            assertThat(service.outcomes()).containsOnly("paid", "overloaded").endsWith("paid", "paid");
        }
    }

    /** Only the server knows when it has seen that a caller is gone: it counts that request as ended then. */
    private static void awaitHungUp(RunningService service) {
        await().until(() -> service.get(service.management("/actuator/prometheus")).body()
                .lines().anyMatch(line -> line.startsWith("http_server_requests_seconds_count")
                        && line.contains("/orders/{orderId}/payment")));
    }
}
