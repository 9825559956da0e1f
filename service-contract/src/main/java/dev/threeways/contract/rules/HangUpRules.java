package dev.threeways.contract.rules;

import static dev.threeways.contract.RunningService.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.contract.HttpCall;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.RunningService;
import dev.threeways.simulator.Behaviour;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** C-5: a caller that hangs up changes nothing of its payment. */
abstract class HangUpRules {

    private final ContractRun run;

    private final RunningService service;

    HangUpRules(ContractRun run) {
        this.run = run;
        service = run.patient();
    }

    @BeforeEach
    void slowPayments() {
        run.simulator.behaviour(Behaviour.INSTANT.withLatency(Duration.ofMillis(500), Duration.ofMillis(500),
                Duration.ofMillis(500)));
    }

    @Test
    @Tag("C-5.1")
    @DisplayName("C-5.1 Does not undo a payment already begun, nor hide it: one payment, one line, outcome paid")
    void afterPaymentBegan() throws IOException {
        String closed = run.key();
        String reset = run.key();
        try (HttpConnection first = service.connect(); HttpConnection second = service.connect()) {
            first.send(service.noted(HttpCall.payment(42).key(closed)));
            second.send(service.noted(HttpCall.payment(43).key(reset)));
            await().atMost(SOON).until(() -> run.simulator.calls(closed) == 1 && run.simulator.calls(reset) == 1);
            first.hangUp();
            second.reset();
        }
        for (String key : List.of(closed, reset)) {
            assertThat(service.line(key).outcome()).isEqualTo("paid");
            run.assertOneExchange(service, key);
        }
    }

    @Test
    @Tag("C-5.2")
    @DisplayName("C-5.2 Right after it has sent its request, is paid like any other")
    void afterRequestWasSent() throws IOException {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String key = run.key();
            try (HttpConnection connection = service.connect()) {
                connection.send(service.noted(HttpCall.payment(42).key(key)));
            }
            sent.add(key);
        }
        for (String key : sent) {
            assertThat(service.line(key).outcome()).isEqualTo("paid");
            run.assertOneExchange(service, key);
        }
    }

    @Test
    @Tag("C-5.3")
    @DisplayName("C-5.3 Leaves nothing behind: the service is as it was")
    void leavesNothing() throws IOException {
        for (int i = 0; i < ContractRun.TIGHT_LIMIT; i++) {
            String key = run.key();
            RunningService limited = run.tight();
            try (HttpConnection connection = limited.connect()) {
                connection.send(limited.noted(HttpCall.payment(42).key(key)));
                await().atMost(SOON).until(() -> run.simulator.calls(key) == 1);
            }
            assertThat(limited.line(key).outcome()).isEqualTo("paid");
        }
        run.assertPays(run.tight()); // all eight places are free again
    }
}
