package dev.threeways.contract.rules;

import static dev.threeways.contract.RunningService.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.PaymentLine;
import dev.threeways.contract.RunningService;
import dev.threeways.simulator.Behaviour;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** C-9: the end of the service, and the reconciliation of the whole run. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class ShutdownRules {

    private final ContractRun run;

    ShutdownRules(ContractRun run) {
        this.run = run;
    }

    @Test
    @Order(1)
    @Tag("C-9.1")
    @DisplayName("C-9.1 SIGTERM: what is in flight is paid, logged and answered; the process ends")
    void graceful() throws Exception {
        RunningService service = run.patient();
        run.simulator.behaviour(Behaviour.INSTANT.withLatency(Duration.ofMillis(1_500), Duration.ofMillis(1_500),
                Duration.ofMillis(1_500)));
        String waiting = run.key();
        String hungUp = run.key();
        try (HttpConnection waiter = service.connect(); HttpConnection leaver = service.connect()) {
            waiter.send(service.noted(HttpCall.payment(42).key(waiting)));
            leaver.send(service.noted(HttpCall.payment(43).key(hungUp)));
            await().atMost(SOON).until(() -> run.simulator.calls(waiting) == 1 && run.simulator.calls(hungUp) == 1);
            leaver.hangUp();

            service.process.terminate();

            HttpAnswer answer = waiter.read("POST");
            String paymentId = Objects.requireNonNull(service.line(waiting).text("/payment/id"));
            assertThat(answer).isEqualTo(Expected.paid(waiting, 42, paymentId, "326.98", "GBP"));
        }
        assertThat(service.process.awaitEnd(SOON)).as("ends within its grace").isTrue();
        assertThat(service.process.exitCode()).as("as by SIGTERM").isEqualTo(143);
        for (String key : List.of(waiting, hungUp)) {
            assertThat(service.lines(key)).extracting(PaymentLine::outcome).containsExactly("paid");
            run.assertOneExchange(service, key);
        }
    }

    @Test
    @Order(2)
    @Tag("C-9.2")
    @DisplayName("C-9.2 In the end the books balance: a line for each request, an exchange for each payment line, no key twice")
    void balance() {
        for (RunningService service : run.started()) {
            service.close();
            Map<String, Integer> lines = new HashMap<>();
            for (PaymentLine line : service.lines()) {
                if (line.key() != null && service.sent().containsKey(line.key())) {
                    lines.merge(line.key(), 1, Integer::sum);
                }
            }
            assertThat(lines).as("lines by key of " + service.process).isEqualTo(service.sent());
            for (PaymentLine line : service.lines()) {
                String key = line.key();
                if (key != null) {
                    int begun = service.exchanges.begun(key).size();
                    switch (String.valueOf(line.outcome())) {
                        case "paid", "declined", "payment-error-status", "payment-invalid-answer" ->
                            assertThat(begun).as("exchanges of " + key).isEqualTo(1);
                        case "payment-connection-lost", "payment-timed-out" ->
                            assertThat(begun).as("exchanges of " + key).isLessThanOrEqualTo(1);
                        default -> assertThat(begun).as("exchanges of " + key).isZero();
                    }
                }
            }
        }
    }

    @Test
    @Order(3)
    @Tag("C-9.3")
    @DisplayName("C-9.3 Faults of others are no errors of the service: no line of the whole run has level ERROR")
    void noErrors() {
        for (RunningService service : run.started()) {
            assertThat(service.errors()).as("log of " + service.process).isEmpty();
        }
    }
}
