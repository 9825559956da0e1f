package dev.threeways.simulator;

import static dev.threeways.simulator.RawClient.PAYMENT;
import static dev.threeways.simulator.RawClient.payment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PaymentSimulatorTests {

    private static final SimulatorSettings INSTANT = SimulatorSettings.DEFAULT.withBehaviour(Behaviour.INSTANT);

    private static final JsonMapper json = JsonMapper.shared();

    private final PaymentSimulator simulator = PaymentSimulator.start(INSTANT);

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        client.shutdownNow();
        simulator.close();
    }

    private HttpResponse<String> request(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(simulator.baseUrl().resolve(path))
                .method(method,
                        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return json.readTree(request("GET", path, "").body());
    }

    private HttpResponse<String> pay(String key) throws IOException, InterruptedException {
        return request("POST", "/payments", PAYMENT, "Idempotency-Key", key);
    }

    private void paySigned(String key, String signature) throws IOException, InterruptedException {
        request("POST", "/payments", PAYMENT, "Idempotency-Key", key, "Payment-Signature", signature);
    }

    private List<String> payMany(PaymentSimulator at, int payments) throws IOException, InterruptedException {
        var answers = new ArrayList<String>();
        for (int n = 0; n < payments; n++) {
            var request = HttpRequest.newBuilder(at.baseUrl().resolve("/payments"))
                    .header("Idempotency-Key", "1-" + n)
                    .POST(BodyPublishers.ofString(PAYMENT))
                    .build();
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            answers.add(answer.statusCode() + answer.body());
        }
        return answers;
    }

    @Test
    void theSameSeedAndKeysGetTheSameAnswersAfterARestart() throws Exception {
        var behaviour = new Behaviour(0, 0, 0, 0.3, 0.3, 0, 0, 0, 0.2, 0, 0, false, false, 0);
        List<List<String>> answers = new ArrayList<>();
        for (long seed : new long[]{5, 5, 6}) {
            try (var started = PaymentSimulator.start(INSTANT.withBehaviour(behaviour).withSeed(seed))) {
                answers.add(payMany(started, 100));
            }
        }
        assertThat(answers.get(1)).isEqualTo(answers.get(0));
        assertThat(answers.get(2)).isNotEqualTo(answers.get(0));
    }

    @Test
    void theSameKeyGetsTheSameAnswerAgainAndIsADuplicate() throws Exception {
        String answer = pay("twice").body();
        assertThat(pay("once").body()).isNotEqualTo(answer);
        assertThat(pay("twice").body()).isEqualTo(answer);

        JsonNode calls = get("/admin/calls");
        assertThat(calls.at("/received").intValue()).isEqualTo(3);
        assertThat(calls.at("/distinctKeys").intValue()).isEqualTo(2);
        assertThat(calls.at("/duplicateKeys").intValue()).isEqualTo(1);
        assertThat(calls.at("/duplicateExamples/0/key").stringValue()).isEqualTo("twice");
        assertThat(calls.at("/duplicateExamples/0/calls").intValue()).isEqualTo(2);
        assertThat(calls.at("/outcomes/approved").intValue()).isEqualTo(3);
        assertThat(calls.at("/outcomes/hang").intValue()).isZero();
        assertThat(calls.at("/lateness/count").intValue()).isEqualTo(3);
    }

    @Test
    void answersComeAsPlanned() throws Exception {
        simulator.behaviour(Behaviour.HEALTHY.withOnly(SimulatedOutcome.DECLINED, 0.5));
        for (int n = 0; n < 20; n++) {
            PaymentPlan plan = simulator.plan("1-" + n);
            long start = System.nanoTime();
            String body = pay("1-" + n).body();
            assertThat(body).contains("\"status\":\"" + plan.outcome().id() + '"');
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(plan.latency());
        }
    }

    @Test
    void callsAsCsv() throws Exception {
        simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.ERROR, 1));
        pay("a,\"b\"");
        simulator.behaviour(Behaviour.INSTANT);
        pay("c");
        pay("c");
        paySigned("d", "f00d");
        paySigned("d", "f00d");
        paySigned("e", "f00d");
        pay("e");
        paySigned("f", "");
        HttpResponse<String> csv = request("GET", "/admin/calls?format=csv", "");
        assertThat(csv.body()).isEqualTo("key,count,outcome,signed\n\"a,\"\"b\"\"\",1,error,false\nc,2,approved,false\n"
                + "d,2,approved,true\ne,2,approved,false\nf,1,approved,false\n");
        assertThat(csv.headers().firstValue("content-type")).hasValue("text/csv; charset=US-ASCII");
    }

    /** A million rows exceed all buffers in between: they are made as they are read. */
    @Test
    void callsAreStreamedAsTheClientReads() throws Exception {
        int keys = SimulatorSettings.DEFAULT.maxKeys();
        for (int n = 0; n < keys; n++) {
            simulator.run().received("1-" + n, SimulatedOutcome.APPROVED, true);
        }
        var request = HttpRequest.newBuilder(simulator.baseUrl().resolve("/admin/calls?format=csv")).build();
        try (InputStream slow = client.send(request, BodyHandlers.ofInputStream()).body()) {
            assertThat(pay("new").statusCode()).isEqualTo(200); // served meanwhile
            simulator.run().received("1-" + (keys - 1), SimulatedOutcome.ERROR, true);
            String csv = new String(slow.readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(csv).startsWith("key,count,outcome,signed\n1-0,1,approved,true\n1-1,1,approved,true\n")
                    .endsWith("\n1-" + (keys - 1) + ",2,error,true\n");
            assertThat(csv.lines().count()).isEqualTo(1 + keys);
        }
        assertThat(simulator.calls().overflowCalls()).isEqualTo(1);
    }

    @Test
    void keysBeyondTheLimitAreCountedAsOverflow() throws Exception {
        try (var small = PaymentSimulator.start(INSTANT.withLimits(3, 100, Duration.ofSeconds(1)))) {
            payMany(small, 5);
            payMany(small, 5);
            CallSummary calls = small.calls();
            assertThat(calls.received()).isEqualTo(10);
            assertThat(calls.outcomes()).containsEntry("approved", 10L);
            assertThat(calls.distinctKeys()).isEqualTo(3);
            assertThat(calls.duplicateKeys()).isEqualTo(3);
            assertThat(calls.overflowCalls()).isEqualTo(4);
        }
    }

    @Test
    void aNewRunHasEmptyBooks() throws Exception {
        pay("1-1");
        String firstRun = simulator.calls().run();
        HttpResponse<String> ended = request("DELETE", "/admin/calls", "");
        assertThat(ended.statusCode()).isEqualTo(200);
        assertThat(json.readTree(ended.body()).at("/run").stringValue()).isEqualTo(firstRun);
        assertThat(json.readTree(ended.body()).at("/received").intValue()).isEqualTo(1);

        assertThat(simulator.calls().run()).isNotEqualTo(firstRun);
        assertThat(simulator.calls().received()).isZero();
        pay("1-1");
        assertThat(simulator.calls().duplicateKeys()).isZero();
    }

    @Test
    void behaviourChangesWhileItRuns() throws Exception {
        assertThat(pay("k").statusCode()).isEqualTo(200);
        HttpResponse<String> changed = request("PUT", "/admin/behaviour",
                "{\"medianMillis\":0,\"p99Millis\":0,\"errorRate\":1}");
        assertThat(changed.statusCode()).isEqualTo(200);
        var expected = Behaviour.INSTANT.withLatency(Duration.ZERO, Duration.ZERO, Duration.ofMillis(1))
                .withOnly(SimulatedOutcome.ERROR, 1);
        assertThat(json.readValue(changed.body(), Behaviour.class)).isEqualTo(expected);
        assertThat(json.treeToValue(get("/admin/behaviour"), Behaviour.class)).isEqualTo(expected);
        assertThat(simulator.behaviour()).isEqualTo(expected);
        assertThat(pay("k").statusCode()).isEqualTo(500);
    }

    @Test
    void aPaymentInProgressKeepsTheBehaviourItBeganWith() throws Exception {
        simulator.behaviour(Behaviour.HEALTHY.withLatency(Duration.ofMillis(200), Duration.ofMillis(200),
                Duration.ZERO));
        var answer = client.sendAsync(HttpRequest.newBuilder(simulator.baseUrl().resolve("/payments"))
                .header("Idempotency-Key", "k")
                .POST(BodyPublishers.ofString(PAYMENT))
                .build(),
                BodyHandlers.ofString());
        await().pollInterval(Duration.ofMillis(5)).until(() -> simulator.calls().inFlight() == 1);
        simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.ERROR, 1));
        assertThat(answer.join().statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {"hangRate":2}                            | Not a behaviour: hangRate must be between 0 and 1, not 2.0
            {"hangRate":0.6,"dripRate":0.6}           | Not a behaviour: The rates must add up to at most 1, not 1.2
            {"medianMillis":300}                      | Not a behaviour: p99Millis must not be below medianMillis: 200.0 < 300.0
            {"hangRate":null}                         | Not a behaviour:
            {"hangrate":1}                            | Not a behaviour: Unrecognized property "hangrate"
            {"hangRate":"often"}                      | Not a behaviour:
            {"hangRate":                              | Not a behaviour:
            [1]                                       | A behaviour is a JSON object.
            """)
    void aBadBehaviourIsRefusedAndChangesNothing(String body, String detail) throws Exception {
        HttpResponse<String> answer = request("PUT", "/admin/behaviour", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        JsonNode problem = json.readTree(answer.body());
        assertThat(problem.at("/status").intValue()).isEqualTo(400);
        assertThat(problem.at("/detail").stringValue()).startsWith(detail);
        assertThat(simulator.behaviour()).isEqualTo(Behaviour.INSTANT);
    }

    @ParameterizedTest
    @CsvSource({"GET,/payments,POST", "POST,/admin/behaviour,'GET, PUT'", "PUT,/admin/calls,'GET, DELETE'",
            "DELETE,/health,GET"})
    void otherMethodsAreNotAllowed(String method, String path, String allow) throws Exception {
        HttpResponse<String> answer = request(method, path, "");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue(allow);
    }

    @Test
    void otherPathsAreNotFound() throws Exception {
        assertThat(request("GET", "/", "").statusCode()).isEqualTo(404);
        assertThat(request("GET", "/payments/1", "").statusCode()).isEqualTo(404);
        assertThat(request("GET", "/admin/calls?format=xml", "").statusCode()).isEqualTo(400);
        assertThat(request("GET", "/admin/calls?format=json", "").statusCode()).isEqualTo(200);
    }

    @Test
    void health() throws Exception {
        assertThat(request("GET", "/health", "").body()).isEqualTo("{\"status\":\"UP\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "null", "{}", "{\"orderId\":0,\"amount\":1,\"currency\":\"EUR\"}",
            "{\"orderId\":1,\"amount\":0,\"currency\":\"EUR\"}", "{\"orderId\":1,\"amount\":1,\"currency\":\"eur\"}",
            "{\"orderId\":1,\"amount\":1}", "{\"orderId\":1,\"amount\":1,\"currency\":\"EUR\",\"x\":1}"})
    void whatIsNoPaymentIsRejected(String body) throws Exception {
        assertThat(request("POST", "/payments", body, "Idempotency-Key", "k").statusCode()).isEqualTo(400);
        assertThat(simulator.calls().rejected()).isEqualTo(1);
        assertThat(simulator.calls().received()).isZero();
    }

    @Test
    void aPaymentNeedsOneValidKey() throws Exception {
        assertThat(request("POST", "/payments", PAYMENT).statusCode()).isEqualTo(400);
        assertThat(request("POST", "/payments", PAYMENT, "Idempotency-Key", "a", "Idempotency-Key", "b").statusCode())
                .isEqualTo(400);
        assertThat(pay("k".repeat(256)).statusCode()).isEqualTo(400);
        assertThat(pay("a b").statusCode()).isEqualTo(400);
        assertThat(pay("k".repeat(255)).statusCode()).isEqualTo(200);
        assertThat(simulator.calls().rejected()).isEqualTo(4);
    }

    @Test
    void bodiesAndHeadersAreBounded() throws Exception {
        String body = " ".repeat(SimulatorHandler.MAX_BODY_BYTES - PAYMENT.length()) + PAYMENT;
        assertThat(request("POST", "/payments", body, "Idempotency-Key", "k").statusCode()).isEqualTo(200);
        assertThat(request("POST", "/payments", body + " ", "Idempotency-Key", "k").statusCode()).isEqualTo(413);
        BodyPublisher chunked = BodyPublishers.fromPublisher(BodyPublishers.ofString(body + " "));
        var request = HttpRequest.newBuilder(simulator.baseUrl().resolve("/admin/behaviour")).PUT(chunked).build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(413);
        assertThat(request("GET", "/health", "", "X", "x".repeat(PaymentSimulator.MAX_HEADER_BYTES)).statusCode())
                .isEqualTo(431);
        assertThat(request("GET", "/" + "x".repeat(PaymentSimulator.MAX_REQUEST_LINE_BYTES), "").statusCode())
                .isEqualTo(414);
    }

    @Test
    void pipelinedPaymentsAreAnsweredInTheirOrder() throws IOException {
        simulator.behaviour(Behaviour.HEALTHY);
        String slow = IntStream.range(0, 100)
                .mapToObj(n -> "1-" + n)
                .filter(key -> simulator.plan(key).latency().toMillis() > 80)
                .findFirst()
                .orElseThrow();
        String fast = IntStream.range(0, 100)
                .mapToObj(n -> "1-" + n)
                .filter(key -> simulator.plan(key).latency().toMillis() < 30)
                .findFirst()
                .orElseThrow();
        try (var raw = new RawClient(simulator.port())) {
            raw.send(payment(slow) + payment(fast));
            List<String> pipelined = List.of(raw.readAnswer().body(), raw.readAnswer().body());
            assertThat(pipelined).containsExactly(raw.send(payment(slow)).readAnswer().body(),
                    raw.send(payment(fast)).readAnswer().body());
        }
    }

    @Test
    void manyPaymentsWaitAtOnce() {
        simulator.behaviour(Behaviour.HEALTHY.withLatency(Duration.ofMillis(500), Duration.ofMillis(500),
                Duration.ZERO));
        int payments = 300;
        var answers = IntStream.range(0, payments)
                .mapToObj(n -> client.sendAsync(HttpRequest.newBuilder(simulator.baseUrl().resolve("/payments"))
                        .header("Idempotency-Key", "1-" + n)
                        .POST(BodyPublishers.ofString(PAYMENT))
                        .build(),
                        BodyHandlers.ofString()))
                .toList();
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        assertThat(answers.stream().map(answer -> answer.join().body()).distinct()).hasSize(payments);
        assertThat(simulator.calls().received()).isEqualTo(payments);
        assertThat(simulator.calls().distinctKeys()).isEqualTo(payments);
        await().untilAsserted(() -> assertThat(simulator.calls().inFlight()).isZero());
        assertThat(simulator.calls().abandoned()).isZero();
        assertThat(simulator.calls().lateness().count()).isEqualTo(payments);
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAndCounted() throws IOException {
        try (var small = PaymentSimulator.start(INSTANT.withLimits(10, 1, Duration.ofSeconds(1)))) {
            try (var first = new RawClient(small.port())) {
                assertThat(first.send(payment("a")).readAnswer().status()).isEqualTo(200);
                try (var second = new RawClient(small.port())) {
                    assertThat(second.readToEnd()).isEmpty();
                }
                assertThat(first.send(payment("b")).readAnswer().status()).isEqualTo(200);
            }
            await().untilAsserted(() -> {
                try (var third = new RawClient(small.port())) {
                    assertThat(third.send(payment("c")).readAnswer().status()).isEqualTo(200);
                }
            });
            assertThat(small.calls().refusedConnections()).isPositive();
        }
    }

    @Test
    void aStopLetsPaymentsInProgressFinish() throws Exception {
        var stopping = PaymentSimulator.start(INSTANT.withBehaviour(
                Behaviour.HEALTHY.withLatency(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ZERO)));
        try (var raw = new RawClient(stopping.port()); var idle = new RawClient(stopping.port())) {
            raw.send(payment("k"));
            await().pollInterval(Duration.ofMillis(5)).until(() -> stopping.calls().inFlight() == 1);
            stopping.close();
            assertThat(raw.readAnswer().status()).isEqualTo(200);
            assertThat(idle.readToEnd()).isEmpty();
        }
    }

    @Test
    void aStopDoesNotWaitForAHangForever() throws Exception {
        simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.HANG, 1));
        try (var raw = new RawClient(simulator.port())) {
            raw.send(payment("k"));
            await().until(() -> simulator.calls().inFlight() == 1);
            simulator.close();
            assertThat(raw.readToEnd()).isEmpty();
        }
    }

    @Test
    void aPortInUseIsNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> PaymentSimulator.start(INSTANT.withPort(simulator.port())))
                .withMessageContaining("127.0.0.1:" + simulator.port());
    }

    @Test
    void aPortIsFreeAfterAStop() {
        int port;
        try (var first = PaymentSimulator.start(INSTANT)) {
            port = first.port();
        }
        try (var second = PaymentSimulator.start(INSTANT.withPort(port))) {
            assertThat(second.baseUrl()).hasToString("http://127.0.0.1:" + port);
        }
    }
}
