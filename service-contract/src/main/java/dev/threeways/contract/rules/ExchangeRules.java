package dev.threeways.contract.rules;

import static dev.threeways.contract.HttpCall.path;
import static dev.threeways.contract.RunningService.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.PaymentTraffic;
import dev.threeways.contract.RunningService;
import dev.threeways.simulator.Behaviour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** C-4: a payment is one exchange with the payment API, never repeated. */
abstract class ExchangeRules {

    private final ContractRun run;

    private final RunningService service;

    ExchangeRules(ContractRun run) {
        this.run = run;
        service = run.standard();
    }

    @Test
    @Tag("C-4.1")
    @DisplayName("C-4.1 The payment API is asked with POST /payments, JSON, the key")
    void request() {
        String key = run.key();

        assertThat(service.send(HttpCall.payment(100_000).key(key)).status()).isEqualTo(200);

        PaymentTraffic.Exchange exchange = service.exchanges.begun(key).getFirst();
        assertThat(exchange.requestLine()).isEqualTo("POST /payments HTTP/1.1");
        assertThat(exchange.body()).isEqualTo("{\"orderId\":100000,\"amount\":1.00,\"currency\":\"EUR\"}");
        assertThat(exchange.header()).containsEntry("content-type", "application/json")
                .containsEntry("accept", "application/json")
                .containsEntry("idempotency-key", key)
                .doesNotContainKeys("cookie", "authorization");
    }

    @Test
    @Tag("C-4.2")
    @DisplayName("C-4.2 Connections to the payment API are used again")
    void keepAlive() {
        run.assertPays(service);
        int accepted = service.payments.accepted();
        for (int i = 0; i < 20; i++) {
            run.assertPays(service);
        }
        assertThat(service.payments.accepted() - accepted).as("connections opened for 20 requests in a row")
                .isLessThan(5);
    }

    @Test
    @Tag("C-4.3")
    @DisplayName("C-4.3 A keep-alive connection the payment API has closed: paid on a new one or 502, never asked twice")
    void closedAfterAnswer() {
        run.simulator.behaviour(Behaviour.INSTANT.withCloseAfterAnswer(true));
        for (int i = 0; i < 30; i++) {
            assertPaidOrLost();
        }
    }

    @Test
    @Tag("C-4.4")
    @DisplayName("C-4.4 A keep-alive connection that is reset when it is used again: 502, never asked twice")
    void resetOnReuse() {
        run.simulator.behaviour(Behaviour.INSTANT.withResetOnReuse(true));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            statuses.add(assertPaidOrLost());
        }
        assertThat(statuses).as("some connection is used again").contains(502);
    }

    @Test
    @Tag("C-4.5")
    @DisplayName("C-4.5 Keep-alive connections that were cut while idle: paid on a new one or 502, never asked twice")
    void cutWhileIdle() {
        for (int i = 0; i < 5; i++) {
            run.assertPays(service);
            service.payments.cut();
            assertPaidOrLost();
            run.simulator.behaviour(Behaviour.INSTANT);
            await().atMost(SOON).until(() -> assertPaidOrLost() == 200);
        }
    }

    private int assertPaidOrLost() {
        String key = run.key();
        HttpAnswer answer = service.send(HttpCall.payment(42).key(key));
        if (answer.status() == 200) {
            run.assertOneExchange(service, key);
            assertThat(service.line(key).outcome()).isEqualTo("paid");
        } else {
            assertThat(answer).isEqualTo(Expected.paymentLost(key, path(42)));
            assertThat(service.line(key).outcome()).isEqualTo("payment-connection-lost");
            assertThat(service.exchanges.begun(key)).as("exchanges begun under " + key).hasSizeLessThanOrEqualTo(1);
            assertThat(run.simulator.calls(key)).as("payments received under " + key).isLessThanOrEqualTo(1);
        }
        return answer.status();
    }

    @Test
    @Tag("C-4.6")
    @DisplayName("C-4.6 200 concurrent requests with a payment API of 1 s are all answered, each with its own order")
    void concurrent() throws Exception {
        RunningService service = run.patient();
        run.simulator.behaviour(Behaviour.INSTANT.withLatency(Duration.ofSeconds(1), Duration.ofSeconds(1),
                Duration.ofSeconds(1)));
        Map<String, Future<HttpAnswer>> answers = new HashMap<>();
        Map<String, Integer> orders = new HashMap<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int order = 1; order <= 200; order++) {
                String key = run.key();
                HttpCall call = HttpCall.payment(order).key(key);
                orders.put(key, order);
                answers.put(key, clients.submit(() -> service.send(call)));
            }
            for (String key : answers.keySet()) {
                HttpAnswer answer = Objects.requireNonNull(answers.get(key)).get();
                int order = Objects.requireNonNull(orders.get(key));
                String paymentId = String.valueOf(service.line(key).text("/payment/id"));
                assertThat(answer).isEqualTo(
                        Expected.paid(key, order, paymentId, Orders.amount(order), Orders.currency(order)));
                run.assertOneExchange(service, key);
            }
        }
    }

    @Test
    @Tag("C-4.7")
    @DisplayName("C-4.7 With signing on, each payment has a signature that the payment API can verify, the same for the same")
    void signed() {
        for (RunningService signing : run.signing()) {
            for (int i = 0; i < 5; i++) {
                PaymentTraffic.Exchange exchange = exchange(signing, run.key());
                assertThat(exchange.header()).containsEntry(PaymentSignature.HEADER,
                        PaymentSignature.of(exchange, ContractRun.SIGNING_SECRET, ContractRun.SIGNING_ITERATIONS));
            }
            // Computed by another implementation, Python's hashlib and hmac.
            assertThat(exchange(signing, "the-same-key").header()).containsEntry(PaymentSignature.HEADER,
                    "e93fc265719a31ddac37af635ceb30404351e7ce0e7e4074103c9a071a1a5c3d");
            assertThat(withoutOwn(exchange(signing, run.key()))).as("apart from the signature")
                    .isEqualTo(withoutOwn(exchange(service, run.key())));
        }
    }

    @Test
    @Tag("C-4.8")
    @DisplayName("C-4.8 With signing off, as the services ship, no payment has that header")
    void unsigned() {
        assertThat(exchange(service, run.key()).header()).doesNotContainKey(PaymentSignature.HEADER);
    }

    private PaymentTraffic.Exchange exchange(RunningService with, String key) {
        assertThat(with.send(HttpCall.payment(42).key(key)).status()).isEqualTo(200);
        assertThat(with.exchanges.begun(key)).hasSize(1);
        return with.exchanges.begun(key).getFirst();
    }

    /** The common part of two services' payments of one order. */
    private PaymentTraffic.Exchange withoutOwn(PaymentTraffic.Exchange exchange) {
        Map<String, String> header = new HashMap<>(exchange.header());
        header.keySet().removeAll(List.of(PaymentSignature.HEADER, "idempotency-key", "traceparent", "host"));
        return new PaymentTraffic.Exchange(exchange.requestLine(), header, exchange.body());
    }
}
