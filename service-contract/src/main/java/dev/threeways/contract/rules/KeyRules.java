package dev.threeways.contract.rules;

import static dev.threeways.contract.HttpCall.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.PaymentLine;
import dev.threeways.contract.RunningService;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** C-3: the key that makes a payment idempotent is the caller's, or a fresh one. */
abstract class KeyRules {

    private final ContractRun run;

    private final RunningService service;

    KeyRules(ContractRun run) {
        this.run = run;
        service = run.standard();
    }

    @Test
    @Tag("C-3.1")
    @DisplayName("C-3.1 The caller's key is passed on untouched, and comes back")
    void passedOn() {
        String key = "~!@#$%^&*()_+`-=[]{}|;':\\\",./<>?" + "k".repeat(255 - 32);

        HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header()).containsEntry("idempotency-key", key);
        run.assertOneExchange(service, key);
        assertThat(service.line(key).outcome()).isEqualTo("paid");
    }

    @Test
    @Tag("C-3.2")
    @DisplayName("C-3.2 Without a key, each request gets a fresh UUID, and the caller is told which")
    void fresh() {
        List<String> fresh = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String key = Objects.requireNonNull(service.send(HttpCall.payment(42)).header().get("idempotency-key"));
            assertThat(UUID.fromString(key)).hasToString(key);
            run.assertOneExchange(service, key);
            assertThat(service.line(key).outcome()).isEqualTo("paid");
            fresh.add(key);
        }
        assertThat(fresh).doesNotHaveDuplicates();
    }

    @Test
    @Tag("C-3.3")
    @DisplayName("C-3.3 A key that is none is answered 400: two, blank, over 255 characters, not ASCII")
    void invalid() {
        HttpCall call = HttpCall.payment(42);
        List<HttpCall> calls = List.of(call.header("idempotency-key", "a").header("idempotency-key", "b"),
                call.header("idempotency-key", ""), call.header("idempotency-key", "   "),
                call.header("idempotency-key", "a b"), call.header("idempotency-key", "k".repeat(256)),
                call.header("idempotency-key", "caf\u00e9"));
        for (HttpCall each : calls) {
            int begun = service.exchanges.begun();
            List<PaymentLine> lines = service
                    .linesOf(() -> assertThat(service.send(each)).as(each.toString())
                            .isEqualTo(Expected.invalidIdempotencyKey(path(42))));
            assertThat(lines).as(each.toString())
                    .extracting(PaymentLine::outcome)
                    .containsExactly("invalid-idempotency-key");
            assertThat(service.exchanges.begun()).isEqualTo(begun);
        }
    }

    @Test
    @Tag("C-3.4")
    @DisplayName("C-3.4 The order id is looked at before the key")
    void orderIdFirst() {
        HttpAnswer answer = service.send(HttpCall.payment("abc").header("idempotency-key", " "));

        assertThat(answer.body()).contains("invalid-order-id");
        assertThat(answer.header()).doesNotContainKey("idempotency-key");
    }
}
