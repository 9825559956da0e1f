package dev.threeways.contract.rules;

import static dev.threeways.contract.HttpCall.path;
import static dev.threeways.contract.RunningService.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.RunningService;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C-11: an answer is its own request's, even if the payment API sends anything it likes. */
abstract class OwnAnswerRules {

    /** Header fields that may be sent to the payment API. */
    private static final Set<String> PAYMENT_HEADER = Set.of("host", "content-type", "content-length", "accept",
            "connection", "user-agent", "idempotency-key", "traceparent", "tracestate");

    private final ContractRun run;

    private final RunningService service;

    private ScriptedPaymentApi api;

    OwnAnswerRules(ContractRun run) {
        this.run = run;
        service = run.standard();
    }

    @BeforeEach
    void script() throws IOException {
        api = new ScriptedPaymentApi();
        service.payments.leadTo(api.port());
        awaitPaysItsOwn(); // the pool may notice a connection that was cut only by using it
    }

    @AfterEach
    void backToTheSimulator() {
        api.close();
        service.payments.leadTo(run.simulator.port());
        run.awaitPays(service);
    }

    @ParameterizedTest
    @Tag("C-11.1")
    @DisplayName("C-11.1 Interim answers are skipped, and the final one is the answer")
    @ValueSource(strings = {"103 Early Hints", "102 Processing", "100 Continue", "199 Whatever"})
    void interim(String status) throws Exception {
        String interim = "HTTP/1.1 " + status + "\r\nLink: </a>; rel=preload\r\n\r\n";
        for (int count : List.of(1, 3)) {
            api.script(ScriptedPaymentApi.answering(key -> interim.repeat(count) + ScriptedPaymentApi.approval(key)));
            assertPaysItsOwn(service);
            api.script((key, out) -> {
                for (String piece : List.of(interim.repeat(count).substring(0, 12),
                        interim.repeat(count).substring(12),
                        ScriptedPaymentApi.approval(key).substring(0, 20),
                        ScriptedPaymentApi.approval(key).substring(20))) {
                    ScriptedPaymentApi.send(piece, out);
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos()); // makes it a packet of its own
                }
            });
            assertPaysItsOwn(service);
            api.script(ScriptedPaymentApi.WELL);
            assertPaysItsOwn(service);
        }
    }

    @Test
    @Tag("C-11.2")
    @DisplayName("C-11.2 Of 40 payments at a time, half with an interim answer, each is its own")
    void interimConcurrent() throws Exception {
        AtomicInteger count = new AtomicInteger();
        api.script(ScriptedPaymentApi
                .answering(key -> (count.incrementAndGet() % 2 == 0 ? "HTTP/1.1 103 Early Hints\r\n\r\n" : "")
                        + ScriptedPaymentApi.approval(key)));
        try (ExecutorService clients = Executors.newFixedThreadPool(40)) {
            List<Future<?>> payments = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                payments.add(clients.submit(() -> assertPaysItsOwn(service)));
            }
            for (Future<?> payment : payments) {
                payment.get();
            }
        }
    }

    @ParameterizedTest
    @Tag("C-11.3")
    @DisplayName("C-11.3 What comes behind an answer, or unasked, is never the answer to the next request")
    @ValueSource(strings = {"stranger", "own key", "half", "empty line", "byte"})
    void unasked(String what) {
        for (boolean later : List.of(false, true)) {
            for (int i = 0; i < 3; i++) {
                String next = "next-" + run.key();
                String unasked = switch (what) {
                    case "stranger" -> ScriptedPaymentApi.approval("stranger");
                    // The next request's key: the key alone does not expose it, but it was not requested.
                    case "own key" ->
                        ScriptedPaymentApi.approval("stranger").replace("Key: stranger", "Key: " + next);
                    case "half" -> ScriptedPaymentApi.approval("stranger").substring(0, 30);
                    case "empty line" -> "\r\n";
                    default -> "x";
                };
                api.script(ScriptedPaymentApi
                        .answering(key -> ScriptedPaymentApi.approval(key) + (later ? "" : unasked)));
                assertPaysItsOwn(service);
                api.script(ScriptedPaymentApi.WELL);
                if (later) {
                    long passed = service.payments.bytesToClients();
                    api.sendUnasked(unasked);
                    await().atMost(SOON).until(() -> service.payments.bytesToClients() > passed);
                }
                HttpAnswer answer = service.send(HttpCall.payment(42).key(next));
                if (answer.status() == 502) { // the other side was quicker
                    assertThat(service.line(next).outcome()).startsWith("payment-");
                } else {
                    assertThat(answer).isEqualTo(
                            Expected.paid(next, 42, ScriptedPaymentApi.paymentId(next), "326.98", "GBP"));
                }
                assertThat(service.exchanges.begun(next)).hasSizeLessThanOrEqualTo(1);
            }
        }
        awaitPaysItsOwn();
    }

    @Test
    @Tag("C-11.4")
    @DisplayName("C-11.4 An answer with another key, two, or none is 502 payment-invalid-answer, whatever its status")
    void foreignKey() {
        for (String status : List.of("200 OK", "204 No Content", "402 Payment Required", "500 Internal Server Error",
                "503 Service Unavailable")) {
            for (String keys : List.of("", "Idempotency-Key: another\r\n", "Idempotency-Key: \r\n",
                    "Idempotency-Key: KEY\r\nIdempotency-Key: KEY\r\n", "Idempotency-Key: KEY, KEY\r\n")) {
                int accepted = service.payments.accepted();
                assertInvalid(service, ScriptedPaymentApi.answering(key -> status.startsWith("204")
                        ? "HTTP/1.1 204 No Content\r\n" + keys.replace("KEY", key) + "\r\n"
                        : ScriptedPaymentApi.answer(status, keys.replace("KEY", key),
                                ScriptedPaymentApi.body(key))));
                assertThat(service.payments.accepted()).as("the connection is not used again")
                        .isGreaterThan(accepted);
            }
        }
    }

    @Test
    @Tag("C-11.5")
    @DisplayName("C-11.5 With payment.answer-key: if-present an answer needs no key, but one with another is still 502")
    void keyIfPresent() {
        try (RunningService lenient = run.start("answer-key-if-present", Map.of("payment.answer-key", "if-present"))) {
            lenient.awaitReady();
            lenient.payments.leadTo(api.port()); // nothing has been paid yet
            api.script(ScriptedPaymentApi
                    .answering(key -> ScriptedPaymentApi.answer("200 OK", "", ScriptedPaymentApi.body(key))));
            assertPaysItsOwn(lenient);
            assertInvalid(lenient, ScriptedPaymentApi.answering(
                    key -> ScriptedPaymentApi.answer("200 OK", "Idempotency-Key: x\r\n",
                            ScriptedPaymentApi.body(key))));
        }
    }

    @ParameterizedTest
    @Tag("C-11.6")
    @DisplayName("C-11.6 The body is read as JSON, whatever its Content-Type says")
    @ValueSource(strings = {"json", "application/json; charset=utf8mb4", "; =x", "text/html", "text/plain, text/html",
            "application/json; q", "/", "caf\u00e9/\u00e9", "*/*", ""})
    void contentType(String type) {
        for (String header : List.of("Content-Type: " + type + "\r\n",
                "Content-Type: " + type + "\r\nContent-Type: x\r\n", "")) {
            api.script(ScriptedPaymentApi.answering(key -> ScriptedPaymentApi.answer("200 OK",
                    header + "Idempotency-Key: " + key + "\r\n", ScriptedPaymentApi.body(key))));
            assertPaysItsOwn(service);
            assertInvalid(service, ScriptedPaymentApi.answering(key -> ScriptedPaymentApi.answer("200 OK",
                    header + "Idempotency-Key: " + key + "\r\n", "<html>")));
        }
    }

    @Test
    @Tag("C-11.7")
    @DisplayName("C-11.7 A header over 8 KiB is 502 payment-invalid-answer, one of 4 KiB is not too large")
    void header() {
        api.script(ScriptedPaymentApi.answering(key -> ScriptedPaymentApi.answer("200 OK",
                "Idempotency-Key: " + key + "\r\nX-Large: " + "x".repeat(4096) + "\r\n",
                ScriptedPaymentApi.body(key))));
        assertPaysItsOwn(service);
        for (String large : List.of("X-Large: " + "x".repeat(9_000) + "\r\n",
                "X-Large: " + "x".repeat(4 << 20) + "\r\n",
                "X: y\r\n".repeat(40_000), "X: y\r\n" + " z\r\n".repeat(40_000))) {
            assertInvalid(service, ScriptedPaymentApi.answering(key -> ScriptedPaymentApi.answer("200 OK",
                    "Idempotency-Key: " + key + "\r\n" + large, ScriptedPaymentApi.body(key))));
        }
        assertInvalid(service, ScriptedPaymentApi.answering(key -> "HTTP/1.1 200 " + "O".repeat(4 << 20)));
        String trailers = ("X: " + "y".repeat(8_000) + "\r\n").repeat(500);
        assertInvalid(service, ScriptedPaymentApi.answering(key -> {
            String body = ScriptedPaymentApi.body(key);
            return "HTTP/1.1 200 OK\r\nIdempotency-Key: " + key + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n" + trailers + "\r\n";
        }));
    }

    @ParameterizedTest
    @Tag("C-11.8")
    @DisplayName("C-11.8 An id of a payment is 1 to 255 visible ASCII characters; else 502 payment-invalid-answer")
    @ValueSource(strings = {"", " ", "a b", "LONG", "caf\\u00e9", "\\u0000", "a\\nb", "\\ud800", "\\u0085"})
    void paymentId(String id) {
        String body = "{\"paymentId\":\"" + id.replace("LONG", "x".repeat(256)) + "\",\"status\":\"approved\"}";
        assertInvalid(service, ScriptedPaymentApi
                .answering(key -> ScriptedPaymentApi.answer("200 OK", "Idempotency-Key: " + key + "\r\n", body)));
    }

    @Test
    @Tag("C-11.9")
    @DisplayName("C-11.9 A status below 200 that is not interim, or above 599, is 502 payment-invalid-answer")
    void status() {
        for (String status : List.of("101 Switching Protocols", "600 Beyond", "999 Nine", "099 Below", "000 None")) {
            assertInvalid(service, ScriptedPaymentApi.answering(key -> ScriptedPaymentApi.answer(status,
                    "Upgrade: TLS/1.2\r\nConnection: upgrade\r\nIdempotency-Key: " + key + "\r\n",
                    ScriptedPaymentApi.body(key))));
        }
    }

    @Test
    @Tag("C-11.10")
    @DisplayName("C-11.10 Of a caller's header, its key and its trace go on to the payment API, and nothing else")
    void forwarded() {
        HttpCall call = HttpCall.payment(42)
                .header("baggage", "user=4711")
                .header("Cookie", "a=b")
                .header("Authorization", "Basic YTpi")
                .header("X-Forwarded-For", "1.2.3.4")
                .header("b3", "1")
                .header("User-Agent", "caller/1")
                .header("uber-trace-id", "1:2:3:1")
                .header("X-B3-TraceId", "0123456789abcdef0123456789abcdef");
        for (HttpCall each : List.of(call, call.header("traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").header("tracestate", "vendor=1"))) {
            String key = run.key();
            assertThat(service.send(each.key(key)).status()).isEqualTo(200);
            assertThat(service.exchanges.begun(key)).singleElement()
                    .satisfies(exchange -> assertThat(exchange.header()).as("of the caller's and the client's own")
                            .doesNotContainEntry("user-agent", "caller/1"))
                    .satisfies(exchange -> assertThat(PAYMENT_HEADER).containsAll(exchange.header().keySet()))
                    .satisfies(exchange -> assertThat(exchange.header().get("tracestate")).as("of the caller")
                            .isEqualTo(each.equals(call) ? null : "vendor=1"));
        }
    }

    private void awaitPaysItsOwn() {
        await().atMost(SOON).until(() -> service.send(HttpCall.payment(42).key(run.key())).status() == 200);
        assertPaysItsOwn(service);
    }

    /** Pays, and expects the payment that the API made of this key. */
    private void assertPaysItsOwn(RunningService with) {
        String key = run.key();
        HttpAnswer answer = with.send(HttpCall.payment(42).key(key));
        assertThat(answer)
                .isEqualTo(Expected.paid(key, 42, ScriptedPaymentApi.paymentId(key), "326.98", "GBP"));
        assertThat(with.line(key).text("/payment/id")).isEqualTo(ScriptedPaymentApi.paymentId(key));
        assertThat(with.exchanges.begun(key)).hasSize(1);
    }

    private void assertInvalid(RunningService with, ScriptedPaymentApi.Script script) {
        String key = run.key();
        api.script(script);
        assertThat(with.send(HttpCall.payment(42).key(key))).isEqualTo(Expected.paymentInvalid(key, path(42)));
        assertThat(with.line(key).outcome()).isEqualTo("payment-invalid-answer");
        assertThat(with.exchanges.begun(key)).hasSize(1);
        api.script(ScriptedPaymentApi.WELL);
        assertPaysItsOwn(with);
    }
}
