package dev.threeways.reactive;

import static dev.threeways.reactive.RunningService.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.telemetry.RequestClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** A caller that hangs up undoes nothing, nor does a server that cancels its request. */
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
            cancelled(service, paymentApi);
            assertThat(service.outcomes()).isEmpty();
            assertThat(service.inFlight()).isEqualTo(2);

            release.countDown();

            await().until(() -> service.outcomes().size() == 2);
            assertThat(service.outcomes()).containsOnly("paid");
            await().until(() -> service.inFlight() == 0);
            assertThat(paymentApi.calls()).hasSize(2);
            assertThat(paymentApi.openConnections()).isEqualTo(2); // kept for the next payments
        }
    }

    @Test
    void aGracefulShutdownWaitsForIt() throws Exception {
        var release = new CountDownLatch(1);
        try (var paymentApi = new StubPaymentApi();
                var service = RunningService.start(paymentApi, "--payment.response-timeout=30s",
                        "--spring.lifecycle.timeout-per-shutdown-phase=30s")) {
            paymentApi.answer(StubPaymentApi.held(release, StubPaymentApi.APPROVE));
            cancelled(service, paymentApi);
            try (var caller = service.connect()) {
                write(caller, REQUEST);
                await().until(() -> paymentApi.calls().size() == 2);

                var stopping = Thread.ofVirtual().start(service::stop);
                await().until(() -> service.pay("1").statusCode() == 503); // stopping has begun
                assertThat(stopping.isAlive()).isTrue();
                release.countDown();

                assertThat(stopping.join(Duration.ofSeconds(30))).isTrue();
                assertThat(new String(caller.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                        .startsWith("HTTP/1.1 200 OK\r\n");
            }
            assertThat(service.outcomes()).containsOnly("paid", "overloaded").endsWith("paid", "paid");
        }
    }

    /** Cancels as WebFlux does when the connection closes, which a caller's hanging up alone no longer causes. */
    private static void cancelled(RunningService service, StubPaymentApi paymentApi) {
        int before = paymentApi.calls().size();
        Disposable request = service.bean(PaymentHandler.class).pay("1", List.of(), RequestClock.of(null)).subscribe();
        await().until(() -> paymentApi.calls().size() == before + 1);
        request.dispose();
    }
}
