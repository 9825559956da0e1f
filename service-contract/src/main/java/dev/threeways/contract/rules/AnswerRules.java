package dev.threeways.contract.rules;

import static dev.threeways.contract.HttpCall.path;
import static dev.threeways.contract.RunningService.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.PaymentLine;
import dev.threeways.contract.RunningService;
import dev.threeways.simulator.Behaviour;
import dev.threeways.simulator.SimulatedOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** C-1: answers to a payment. Whatever its outcome, it leaves one line and at most one exchange. */
abstract class AnswerRules {

    private final ContractRun run;

    private final RunningService service;

    AnswerRules(ContractRun run) {
        this.run = run;
        service = run.standard();
    }

    @Test
    @Tag("C-1.1")
    @DisplayName("C-1.1 An approved payment is answered 200 with order id, payment id, status, amount, currency")
    void approved() throws IOException {
        String key = run.key();

        HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

        run.assertOneExchange(service, key);
        PaymentLine line = service.line(key);
        String paymentId = askSimulator(key);
        assertThat(answer).isEqualTo(Expected.paid(key, 42, paymentId, "326.98", "GBP"));
        assertThat(line.outcome()).isEqualTo("paid");
        assertThat(line.text("/payment/id")).isEqualTo(paymentId);
    }

    @ParameterizedTest
    @Tag("C-1.2")
    @DisplayName("C-1.2 Amounts keep their two decimals")
    @CsvSource({"100000, 1.00, EUR", "12628, 12.32, JPY", "10, 792.90, EUR", "99999, 921.81, CHF"})
    void amounts(long orderId, String amount, String currency) {
        String key = run.key();

        HttpAnswer answer = service.send(HttpCall.payment(orderId).key(key));

        String paymentId = Objects.requireNonNull(service.line(key).text("/payment/id"));
        assertThat(answer).isEqualTo(Expected.paid(key, orderId, paymentId, amount, currency));
    }

    @ParameterizedTest
    @Tag("C-1.3")
    @DisplayName("C-1.3 An order id that is no positive 64-bit number is answered 400, before anything else is done")
    @ValueSource(strings = {"0", "-1", "+1", "00", "9223372036854775808", "99999999999999999999", "abc", "1.0", "1e3",
            "0x1", "%20", "4%202", "%D9%A4%D9%A2", "%E2%91%A0", "4%2F2", "4%5C2", "4%5c2", "42%0A", "42%25",
            "%2e", "LONG"})
    void invalidOrderId(String id) {
        String orderId = id.equals("LONG") ? "1".repeat(1_000) : id;
        String key = run.key();

        HttpAnswer answer = service.send(HttpCall.payment(orderId).key(key));

        assertThat(answer).isEqualTo(Expected.invalidOrderId(key, "/orders/" + orderId + "/payment"));
        assertThat(service.line(key).outcome()).isEqualTo("invalid-order-id");
        run.assertNoExchange(service, key);
    }

    @ParameterizedTest
    @Tag("C-1.4")
    @DisplayName("C-1.4 An order that does not exist is answered 404")
    @ValueSource(longs = {100_001, Long.MAX_VALUE})
    void unknownOrder(long orderId) {
        String key = run.key();

        HttpAnswer answer = service.send(HttpCall.payment(orderId).key(key));

        assertThat(answer).isEqualTo(Expected.orderNotFound(key, orderId));
        assertThat(service.line(key).outcome()).isEqualTo("order-not-found");
        run.assertNoExchange(service, key);
    }

    @Test
    @Tag("C-1.5")
    @DisplayName("C-1.5 A declined payment is answered 402")
    void declined() {
        run.simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.DECLINED, 1));
        String key = run.key();

        HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

        assertThat(answer).isEqualTo(Expected.declined(key, path(42)));
        assertThat(service.line(key).outcome()).isEqualTo("declined");
        assertThat(service.line(key).text("/payment/id")).isNotEmpty();
        run.assertOneExchange(service, key);
    }

    @ParameterizedTest
    @Tag("C-1.6")
    @DisplayName("C-1.6 A payment API that fails is answered 502, after one exchange")
    @CsvSource({"ERROR, payment-error-status", "GARBAGE, payment-invalid-answer",
            "TRUNCATED, payment-connection-lost", "RESET, payment-connection-lost", "CLOSE, payment-connection-lost"})
    void failed(SimulatedOutcome fault, String outcome) {
        run.simulator.behaviour(Behaviour.INSTANT.withOnly(fault, 1));
        String key = run.key();

        HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

        assertThat(answer).isEqualTo(switch (outcome) {
            case "payment-error-status" -> Expected.paymentError(key, path(42));
            case "payment-invalid-answer" -> Expected.paymentInvalid(key, path(42));
            default -> Expected.paymentLost(key, path(42));
        });
        assertThat(service.line(key).outcome()).isEqualTo(outcome);
        run.assertOneExchange(service, key);
    }

    @Test
    @Tag("C-1.7")
    @DisplayName("C-1.7 A payment API that refuses the connection is answered 502, without an exchange")
    void refused() {
        service.payments.refuse();
        service.payments.cut();
        await().atMost(SOON).until(() -> service.payments.connections() == 0);
        // A pool may notice a connection cut while it was idle only by using it.
        String key = awaitOutcome(service, "payment-connection-refused");

        run.assertNoExchange(service, key);
        String path = path(42);
        String last = run.key();
        assertThat(service.send(HttpCall.payment(42).key(last))).isEqualTo(Expected.paymentRefused(last, path));
    }

    @Test
    @Tag("C-1.8")
    @DisplayName("C-1.8 A payment API that does not accept the connection within the connect time-out is answered 504")
    void swallowed() {
        service.payments.swallow();
        service.payments.cut();
        await().atMost(SOON).until(() -> service.payments.connections() == 0);
        String key = awaitOutcome(service, "payment-timed-out");

        run.assertNoExchange(service, key);
        String last = run.key();
        assertThat(service.send(HttpCall.payment(42).key(last)))
                .isEqualTo(Expected.paymentTimedOut(last, path(42)));
    }

    @Test
    @Tag("C-1.9")
    @DisplayName("C-1.9 A payment API that does not answer within the response time-out is answered 504")
    void hanging() {
        run.simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.HANG, 1));
        String key = run.key();

        HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

        assertThat(answer).isEqualTo(Expected.paymentTimedOut(key, path(42)));
        assertThat(service.line(key).outcome()).isEqualTo("payment-timed-out");
        run.assertOneExchange(service, key);
    }

    @Test
    @Tag("C-1.10")
    @DisplayName("C-1.10 The response time-out bounds the whole exchange, a body that drips in included")
    void dripped() {
        run.simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.DRIP, 1)); // for about 14 s, 0.2 s a byte
        String key = run.key();

        HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

        assertThat(answer).isEqualTo(Expected.paymentTimedOut(key, path(42)));
        PaymentLine line = service.line(key);
        assertThat(line.outcome()).isEqualTo("payment-timed-out");
        assertThat(Duration.ofNanos(line.json().at("/event/duration").longValue()))
                .as("a whole drip takes 14 s; the time-out is 2 s")
                .isLessThan(Duration.ofSeconds(10));
        run.assertOneExchange(service, key);
    }

    /** Pays until the outcome is the expected one: each dead connection in the pool may fail one payment before. */
    private String awaitOutcome(RunningService service, String outcome) {
        String[] last = {""};
        await(outcome).atMost(SOON).until(() -> {
            last[0] = run.key();
            int status = service.send(HttpCall.payment(42).key(last[0])).status();
            assertThat(status).isIn(502, 504);
            return outcome.equals(service.line(last[0]).outcome());
        });
        return last[0];
    }

    private String askSimulator(String key) throws IOException {
        try (HttpConnection connection = HttpConnection.open(run.simulator.port())) {
            String body = connection.exchange(HttpCall.of("POST", "/payments")
                    .key(key)
                    .header("Content-Type", "application/json")
                    .body("{\"orderId\":42,\"amount\":326.98,\"currency\":\"GBP\"}")).body();
            return body.replaceAll(".*\"paymentId\":\"([^\"]+)\".*", "$1");
        }
    }
}
