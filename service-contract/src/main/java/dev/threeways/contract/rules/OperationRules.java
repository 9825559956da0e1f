package dev.threeways.contract.rules;

import static dev.threeways.contract.RunningService.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.PaymentLine;
import dev.threeways.contract.RunningService;
import dev.threeways.simulator.Behaviour;
import dev.threeways.simulator.SimulatedOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** C-8: what operators see: probes, Actuator, log lines, meters and traces. */
abstract class OperationRules {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final ContractRun run;

    private final RunningService service;

    OperationRules(ContractRun run) {
        this.run = run;
        service = run.standard();
    }

    @Test
    @Tag("C-8.1")
    @DisplayName("C-8.1 Readiness goes off when the database goes, and on when it returns; liveness stays on")
    void readiness() {
        assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(200);
        service.database.refuse();
        service.database.cut();

        await("not ready").atMost(Duration.ofSeconds(30))
                .until(() -> service.manage("/actuator/health/readiness").status() == 503);
        assertThat(service.manage("/actuator/health/liveness").status()).isEqualTo(200);

        service.database.open();
        await("ready").atMost(Duration.ofSeconds(30))
                .until(() -> service.manage("/actuator/health/readiness").status() == 200);
        assertThat(service.manage("/actuator/health/liveness").status()).isEqualTo(200);
        run.awaitPays(service);
    }

    @Test
    @Tag("C-8.14")
    @DisplayName("C-8.14 While the database is frozen, readiness is 503 within 5 s and liveness 200; soon well again")
    void frozen() {
        run.assertPays(service);
        service.database.stall();
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as("1 s for a connection, 2 s for its answer")
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(service.manage("/actuator/health/liveness").status()).isEqualTo(200);
        }

        service.database.open();

        await("ready").atMost(SOON).until(() -> service.manage("/actuator/health/readiness").status() == 200);
        run.awaitPays(service);
    }

    @ParameterizedTest
    @Tag("C-8.2")
    @DisplayName("C-8.2 Actuator has health, info, metrics, prometheus, sbom, threaddump and waiting")
    @ValueSource(strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness",
            "/actuator/info", "/actuator/metrics", "/actuator/metrics/http.server.requests",
            "/actuator/prometheus", "/actuator/sbom", "/actuator/sbom/application",
            "/actuator/threaddump", "/actuator/waiting"})
    void exposed(String path) {
        run.assertPays(service);
        assertThat(service.manage(path).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @Tag("C-8.3")
    @DisplayName("C-8.3 And nothing else")
    @ValueSource(strings = {"env", "beans", "heapdump", "configprops", "loggers", "shutdown", "mappings", "nothing"})
    void notExposed(String endpoint) {
        assertThat(service.manage("/actuator/" + endpoint).status()).isEqualTo(404);
        assertThat(JSON.readTree(service.manage("/actuator").body()).path("_links").propertyNames())
                .containsExactlyInAnyOrder("self", "health", "health-path", "info", "metrics",
                        "metrics-requiredMetricName", "prometheus", "sbom", "sbom-id", "threaddump", "waiting");
    }

    @ParameterizedTest
    @Tag("C-8.4")
    @DisplayName("C-8.4 Actuator is on its own port only")
    @ValueSource(strings = {"/actuator", "/actuator/health", "/actuator/prometheus", "/livez", "/readyz"})
    void ownPort(String path) {
        assertThat(service.send(HttpCall.of("GET", path))).isEqualTo(Expected.noSuchResource(path));
    }

    @Test
    @Tag("C-8.5")
    @DisplayName("C-8.5 Actuator listens on loopback only")
    void loopbackOnly() throws IOException {
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
        assumeFalse(others.isEmpty(), "this machine has loopback only");
        for (InetAddress address : others) {
            try (Socket socket = new Socket()) {
                assertThatThrownBy(
                        () -> socket.connect(new InetSocketAddress(address, service.managementPort), 1_000))
                        .as(address.toString())
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    @Tag("C-8.6")
    @DisplayName("C-8.6 A line has the fields of the Elastic Common Schema that dashboards and audits read")
    void line() {
        String key = run.key();
        HttpAnswer answer = service.send(HttpCall.payment(42).key(key));
        assertThat(answer.status()).isEqualTo(200);

        PaymentLine line = service.line(key);

        assertThat(line.text("/@timestamp")).isNotEmpty();
        assertThat(line.text("/ecs/version")).isNotEmpty();
        assertThat(line.text("/log/level")).isEqualTo("INFO");
        assertThat(line.text("/service/name")).isEqualTo(run.service.name());
        assertThat(line.text("/message")).isEqualTo("order payment");
        assertThat(line.text("/event/action")).isEqualTo("order-payment");
        assertThat(line.text("/event/outcome")).isEqualTo("success");
        assertThat(line.json().at("/event/duration").longValue()).isPositive();
        assertThat(line.json().at("/order/id").longValue()).isEqualTo(42);
        assertThat(answer.body()).contains("\"paymentId\":\"" + line.text("/payment/id") + "\"");
    }

    @Test
    @Tag("C-8.7")
    @DisplayName("C-8.7 A failure's line says what failed, without a stack trace")
    void lineOfFailure() {
        service.payments.refuse();
        service.payments.cut();
        String key = run.key();
        assertThat(service.send(HttpCall.payment(42).key(key)).status()).isEqualTo(502);

        PaymentLine line = service.line(key);

        assertThat(line.text("/log/level")).isEqualTo("WARN");
        assertThat(line.text("/event/outcome")).isEqualTo("failure");
        assertThat(line.json().at("/order/id").longValue()).isEqualTo(42);
        assertThat(line.text("/error/type")).isNotEmpty();
        assertThat(line.text("/error/message")).isNotEmpty();
        assertThat(line.text("/error/stack_trace")).isNull();
    }

    @Test
    @Tag("C-8.8")
    @DisplayName("C-8.8 /actuator/waiting says at which stage requests are, which threads there are, what is full and what bounds it")
    void waiting() throws IOException {
        run.assertPays(service);
        run.simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.HANG, 1));
        String key = run.key();
        try (HttpConnection connection = service.connect()) {
            connection.send(service.noted(HttpCall.payment(42).key(key)));
            await().atMost(SOON).until(() -> run.simulator.calls(key) == 1);

            JsonNode now = service.waiting();

            assertThat(now.at("/requests/inFlight").intValue()).isEqualTo(1);
            assertThat(now.at("/requests/inFlightMax").intValue()).isPositive();
            assertThat(now.at("/requests/limit").intValue()).isEqualTo(1000);
            assertThat(now.at("/requests/stages")).isEqualTo(
                    JSON.readTree("{'connection':0,'read':0,'pay':1,'log':0,'rest':0}".replace('\'', '"')));
            assertThat(now.at("/resources").propertyNames()).contains("database-connections",
                    "payment-connections", "requests", "server-connections");
            assertThat(now.at("/resources/requests/used").intValue()).isEqualTo(1);
            assertThat(now.at("/resources/server-connections/used").intValue()).isPositive();
            assertThat(now.at("/resources/server-connections/limit").intValue()).isEqualTo(16_000);
            assertThat(now.at("/resources/database-connections/used").intValue()).isZero();
            assertThat(now.at("/resources/database-connections/idle").intValue()).isPositive();
            assertThat(now.at("/resources/database-connections/limit").intValue()).isEqualTo(16);
            assertThat(now.at("/resources/payment-connections/used").intValue()).isEqualTo(1);
            assertThat(now.at("/resources/payment-connections/limit").intValue()).isGreaterThanOrEqualTo(1000);
            assertThat(now.at("/bounds")).isEqualTo(JSON.readTree("""
                    {"database-acquire-millis": 1000, "database-connect-millis": 1000,
                     "database-read-millis": 2000, "database-life-millis": 1800000,
                     "payment-connect-millis": 500, "payment-exchange-millis": 2000,
                     "payment-idle-millis": 30000, "payment-answer-bytes": 16384, "payment-header-bytes": 8192,
                     "server-keep-alive-millis": 180000, "server-requests-per-connection": -1,
                     "server-read-millis": 20000, "server-header-bytes": 8192}
                    """));
            assertThat(now.at("/log/written").longValue()).isGreaterThanOrEqualTo(service.lines().size());
            assertThat(now.at("/log/dropped").longValue()).isZero();
            if (run.service.tellsOfItsProcess() && OS.LINUX.isCurrentOs()) {
                assertThat(now.at("/resources/accept-queue/limit").intValue())
                        .isEqualTo(Math.min(1000, ContractRun.longestAcceptQueue()));
                assertThat(now.at("/threads/gc-compiler/native").intValue()).isPositive();
                assertThat(now.at("/contextSwitches/voluntary").longValue()).isPositive();
                // A role whose thread shares its name with no other role's in the 15 characters that the kernel keeps.
                assertThat(now.at("/threadStacks/roles/log-writer/residentBytes").longValue()).isPositive();
                assertThat(now.at("/threadStacks/roles/log-writer/reservedBytes").longValue())
                        .isGreaterThan(now.at("/threadStacks/roles/log-writer/residentBytes").longValue());
            }
            assertThat(now.has("threads")).isEqualTo(run.service.tellsOfItsProcess());
            assertThat(now.at("/threads/management").isMissingNode()).isNotEqualTo(now.has("threads"));
            connection.read("POST");
        }
        await().atMost(SOON).untilAsserted(() -> {
            JsonNode after = service.waiting();
            assertThat(after.at("/requests/inFlight").intValue()).isZero();
            assertThat(after.at("/requests/stages/pay").intValue()).isZero();
            assertThat(after.at("/requests/waitRatio").isNumber()).isTrue();
            assertThat(after.toString()).as("absent rather than null").doesNotContain("null");
        });
    }

    @Test
    @Tag("C-8.9")
    @DisplayName("C-8.9 Each request is timed once at each stage, and at sign only if it is signed")
    void stages() {
        List<String> always = List.of("connection", "read", "pay", "log", "rest");
        assertTimed(service, always);
        assertThat(service.meters().keySet()).noneMatch(meter -> meter.contains("stage=\"sign\""));
        for (RunningService signing : run.signing()) {
            assertTimed(signing, Stream.concat(always.stream(), Stream.of("sign")).toList());
        }
    }

    private void assertTimed(RunningService service, List<String> stages) {
        run.assertPays(service);
        // An answer may be read before its request has ended.
        await().atMost(SOON).until(() -> {
            Map<String, Double> now = service.meters();
            return Objects.equals(now.get("requests_stage_seconds_count{stage=\"rest\"}"),
                    now.get("requests_stage_seconds_count{stage=\"log\"}"));
        });
        Map<String, Double> before = service.meters();
        for (int i = 0; i < 5; i++) {
            run.assertPays(service);
        }
        for (String stage : stages) {
            String meter = "requests_stage_seconds_count{stage=\"" + stage + "\"}";
            double expected = before.getOrDefault(meter, 0.0) + 5;
            await(meter).atMost(SOON)
                    .untilAsserted(() -> assertThat(service.meters()).containsEntry(meter, expected));
        }
    }

    @Test
    @Tag("C-8.10")
    @DisplayName("C-8.10 The meters have the same names on every stack")
    void meters() {
        run.assertPays(service);
        assertThat(service.meters().keySet().stream().map(name -> name.replaceFirst("\\{.*", "")))
                .contains("requests_in_flight_requests", "requests_in_flight_max_requests",
                        "requests_stage_present_requests", "requests_stage_seconds_bucket", "requests_wait_ratio",
                        "requests_time_seconds_total", "resource_used", "resource_idle", "resource_waiting",
                        "resource_limit", "log_lines_total",
                        "log_append_seconds_sum", "http_server_requests_seconds_bucket",
                        "http_client_requests_seconds_bucket");
        if (run.service.tellsOfItsProcess()) {
            assertThat(service.meters().keySet()).anyMatch(name -> name.startsWith("threads_live_threads{"))
                    .anyMatch(name -> name.startsWith("threads_stack_reserved_bytes{"));
        }
        assertThat(service.meters().keySet()).as("Actuator's own requests are not the service's")
                .noneMatch(name -> name.startsWith("http_server_requests") && name.contains("uri=\"/actuator"));
    }

    @Test
    @Tag("C-8.11")
    @DisplayName("C-8.11 A caller's trace goes on: the same id in the caller's header, the payment's and on the log line")
    void trace() throws Exception {
        RunningService patient = run.patient();
        run.simulator.behaviour(Behaviour.INSTANT.withLatency(Duration.ofMillis(200), Duration.ofMillis(400),
                Duration.ZERO));
        Map<String, String> traces = new HashMap<>();
        Map<String, Future<HttpAnswer>> answers = new HashMap<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 1; i <= 100; i++) {
                String key = run.key();
                String trace = String.format(Locale.ROOT, "%032x", 0xabcdef0123456789L + i);
                traces.put(key, trace);
                HttpCall call = HttpCall.payment(i)
                        .key(key)
                        .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01");
                answers.put(key, clients.submit(() -> patient.send(call)));
            }
        }
        for (String key : traces.keySet()) {
            String trace = traces.get(key);
            assertThat(Objects.requireNonNull(answers.get(key)).get().status()).isEqualTo(200);
            assertThat(patient.line(key).text("/trace.id")).isEqualTo(trace);
            assertThat(patient.exchanges.begun(key)).singleElement()
                    .satisfies(exchange -> assertThat(exchange.header().get("traceparent"))
                            .matches("00-" + trace + "-[0-9a-f]{16}-0[13]")
                            .doesNotContain("00f067aa0ba902b7"));
        }
    }

    @Test
    @Tag("C-8.12")
    @DisplayName("C-8.12 A request without a trace begins one")
    void newTrace() {
        String key = run.key();
        assertThat(service.send(HttpCall.payment(42).key(key)).status()).isEqualTo(200);
        String trace = String.valueOf(service.line(key).text("/trace.id"));
        assertThat(trace).matches("[0-9a-f]{32}");
        assertThat(service.exchanges.begun(key).getFirst().header().get("traceparent")).contains("-" + trace + "-");
    }

    @Test
    @Tag("C-8.13")
    @DisplayName("C-8.13 A service that should sign payments and has no secret does not start, and says what to set")
    void signingWithoutSecret() throws Exception {
        try (RunningService unable = run.start("signing-without-secret", Map.of("payment.signing.iterations", "1"))) {
            assertThat(unable.process.awaitEnd(Duration.ofSeconds(60))).as("ends").isTrue();

            assertThat(unable.process.exitCode()).isEqualTo(1);
            assertThat(unable.process.log()).content().contains("payment.signing.secret is missing: set it");
        }
    }
}
