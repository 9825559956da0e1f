package dev.threeways.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.simulator.Behaviour;
import dev.threeways.simulator.PaymentSimulator;
import dev.threeways.simulator.SimulatedOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every service promises, over real HTTP, against a real PostgreSQL and the payment simulator. The service is the
 * packaged jar in a JVM of its own: its class path, its log on standard output and its end on SIGTERM are those that
 * ship.
 *
 * <p>Each rule of docs/CONTRACT.md is a test with the rule's number as its tag: {@code -Dgroups=C-1.1} runs one.
 *
 * <p>A start takes seconds, so there are few, made when the first rule asks: with the settings the service ships with,
 * with limits that a test can reach, with time-outs that a cold JVM on a busy machine does not reach, and signing payments.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
@ExtendWith(Backends.Resolver.class)
public abstract class OrderPaymentContract {

    private static final String SELECT = "SELECT id, customer, amount, currency FROM orders WHERE id = $1";

    private static final Duration SOON = RunningService.SOON;

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Path LONGEST_ACCEPT_QUEUE = Path.of("/proc/sys/net/core/somaxconn");

    /** What the payment API may be sent. */
    private static final Set<String> PAYMENT_HEADER = Set.of("host", "content-type", "content-length", "accept",
            "connection", "user-agent", "idempotency-key", "traceparent", "tracestate");

    private static final int TIGHT_LIMIT = 8;

    private static final int SIGNING_ITERATIONS = 100;

    private static final String SIGNING_SECRET = "known to the payment API";

    private Backends backends;

    private PaymentSimulator simulator;

    private @Nullable RunningService standard;

    private @Nullable RunningService tight;

    private @Nullable RunningService patient;

    private final List<RunningService> signing = new ArrayList<>();

    private final AtomicInteger keys = new AtomicInteger();

    /** How the service starts. */
    protected abstract ServiceUnderTest service();

    @BeforeAll
    void shareBackends(Backends shared) {
        Awaitility.setDefaultPollDelay(Duration.ZERO); // most of what is awaited is there already
        Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
        backends = shared;
        simulator = shared.simulator();
    }

    @BeforeEach
    void repairEverything() {
        simulator.behaviour(Behaviour.INSTANT);
        for (RunningService service : running()) {
            service.payments.open();
            service.database.open();
        }
    }

    @AfterAll
    void stop() {
        running().forEach(RunningService::close);
    }

    private List<RunningService> running() {
        return Stream.concat(Stream.of(standard, tight, patient).filter(Objects::nonNull), signing.stream()).toList();
    }

    /** As it ships. */
    private RunningService standard() {
        RunningService service = standard;
        if (service == null) {
            service = new RunningService(service(), backends, "standard", Map.of());
            standard = service;
            service.awaitReady();
        }
        return service;
    }

    /** With a pool of one connection, half a second to wait for it, and at most eight requests in flight. */
    private RunningService tight() {
        RunningService service = tight;
        if (service == null) {
            service = new RunningService(service(), backends, "tight", Map.of(
                    "spring.datasource.hikari.maximum-pool-size", "1",
                    "spring.datasource.hikari.minimum-idle", "1",
                    "spring.datasource.hikari.connection-timeout", "500",
                    "spring.datasource.hikari.validation-timeout", "250",
                    "spring.r2dbc.pool.initial-size", "1",
                    "spring.r2dbc.pool.min-idle", "1",
                    "spring.r2dbc.pool.max-size", "1",
                    "spring.r2dbc.pool.max-acquire-time", "500ms",
                    "requests.max-in-flight", Integer.toString(TIGHT_LIMIT)));
            tight = service;
            service.awaitReady();
        }
        return service;
    }

    /** With time for rules in which something is slow but must not be too slow. */
    private RunningService patient() {
        RunningService service = patient;
        if (service == null) {
            service = new RunningService(service(), backends, "patient", Map.of(
                    "spring.datasource.hikari.connection-timeout", "10000",
                    "spring.r2dbc.pool.max-acquire-time", "10s",
                    "payment.connect-timeout", "10s",
                    "payment.response-timeout", "15s"));
            patient = service;
            service.awaitReady();
        }
        return service;
    }

    /** Signing payments; where a service can do that in two ways, one start for each. */
    private List<RunningService> signing() {
        if (signing.isEmpty()) {
            startSigning(false);
            if (service().has(ServiceUnderTest.Difference.SIGNS_BESIDE_EVENT_LOOPS)) {
                startSigning(true);
            }
        }
        return signing;
    }

    private void startSigning(boolean offload) {
        RunningService service = new RunningService(service(), backends, offload ? "signing-offload" : "signing",
                Map.of("payment.signing.iterations", Integer.toString(SIGNING_ITERATIONS),
                        "payment.signing.secret", SIGNING_SECRET,
                        "payment.signing.offload", Boolean.toString(offload)));
        signing.add(service);
        service.awaitReady();
    }

    private String key() {
        return getClass().getSimpleName() + "-" + keys.incrementAndGet();
    }

    /** What the kernel permits; 0 where it does not tell. */
    private static int longestAcceptQueue() throws IOException {
        return Files.isReadable(LONGEST_ACCEPT_QUEUE)
                ? Integer.parseInt(Files.readAllLines(LONGEST_ACCEPT_QUEUE).getFirst()) // in one read: it has no second
                : 0;
    }

    private static String path(long orderId) {
        return "/orders/" + orderId + "/payment";
    }

    /** Everything the simulator and the wire know about a payment: begun once, received once. */
    private void assertOneExchange(RunningService service, String key) {
        assertThat(service.exchanges.begun(key)).as("exchanges begun under " + key).hasSize(1);
        assertThat(simulator.calls(key)).as("payments received under " + key).isEqualTo(1);
    }

    private void assertNoExchange(RunningService service, String key) {
        assertThat(service.exchanges.begun(key)).as("exchanges begun under " + key).isEmpty();
        assertThat(simulator.calls(key)).as("payments received under " + key).isZero();
    }

    private void assertPays(RunningService service) {
        String key = key();
        assertThat(service.send(HttpCall.payment(42).key(key)).status()).isEqualTo(200);
        assertOneExchange(service, key);
    }

    /** The service works again, without having been restarted. */
    private void awaitPays(RunningService service) {
        await("a payment by " + service.process).atMost(SOON)
                .until(() -> service.send(HttpCall.payment(42).key(key())).status() == 200);
    }

    /** One line and one exchange whatever becomes of a payment. */
    @Nested
    @Order(1)
    @DisplayName("C-1 Answers")
    class Answers {

        private final RunningService service = standard();

        @Test
        @Tag("C-1.1")
        @DisplayName("C-1.1 An approved payment is answered 200 with order id, payment id, status, amount, currency")
        void approved() throws IOException {
            String key = key();

            HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

            assertOneExchange(service, key);
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
            String key = key();

            HttpAnswer answer = service.send(HttpCall.payment(orderId).key(key));

            String paymentId = Objects.requireNonNull(service.line(key).text("/payment/id"));
            assertThat(answer).isEqualTo(Expected.paid(key, orderId, paymentId, amount, currency));
        }

        @ParameterizedTest
        @Tag("C-1.3")
        @DisplayName("C-1.3 An order id that is no positive 64-bit number is answered 400, before anything else is done")
        @ValueSource(strings = {"0", "-1", "+1", "00", "9223372036854775808", "99999999999999999999", "abc", "1.0",
                "1e3",
                "0x1", "%20", "4%202", "%D9%A4%D9%A2", "%E2%91%A0", "4%2F2", "4%5C2", "4%5c2", "42%0A", "42%25",
                "%2e", "LONG"})
        void invalidOrderId(String id) {
            String orderId = id.equals("LONG") ? "1".repeat(1_000) : id;
            String key = key();

            HttpAnswer answer = service.send(HttpCall.payment(orderId).key(key));

            assertThat(answer).isEqualTo(Expected.invalidOrderId(key, "/orders/" + orderId + "/payment"));
            assertThat(service.line(key).outcome()).isEqualTo("invalid-order-id");
            assertNoExchange(service, key);
        }

        @ParameterizedTest
        @Tag("C-1.4")
        @DisplayName("C-1.4 An order that does not exist is answered 404")
        @ValueSource(longs = {100_001, Long.MAX_VALUE})
        void unknownOrder(long orderId) {
            String key = key();

            HttpAnswer answer = service.send(HttpCall.payment(orderId).key(key));

            assertThat(answer).isEqualTo(Expected.orderNotFound(key, orderId));
            assertThat(service.line(key).outcome()).isEqualTo("order-not-found");
            assertNoExchange(service, key);
        }

        @Test
        @Tag("C-1.5")
        @DisplayName("C-1.5 A declined payment is answered 402")
        void declined() {
            simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.DECLINED, 1));
            String key = key();

            HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

            assertThat(answer).isEqualTo(Expected.declined(key, path(42)));
            assertThat(service.line(key).outcome()).isEqualTo("declined");
            assertThat(service.line(key).text("/payment/id")).isNotEmpty();
            assertOneExchange(service, key);
        }

        @ParameterizedTest
        @Tag("C-1.6")
        @DisplayName("C-1.6 A payment API that fails is answered 502, after one exchange")
        @CsvSource({"ERROR, payment-error-status", "GARBAGE, payment-invalid-answer",
                "TRUNCATED, payment-connection-lost", "RESET, payment-connection-lost",
                "CLOSE, payment-connection-lost"})
        void failed(SimulatedOutcome fault, String outcome) {
            simulator.behaviour(Behaviour.INSTANT.withOnly(fault, 1));
            String key = key();

            HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

            assertThat(answer).isEqualTo(switch (outcome) {
                case "payment-error-status" -> Expected.paymentError(key, path(42));
                case "payment-invalid-answer" -> Expected.paymentInvalid(key, path(42));
                default -> Expected.paymentLost(key, path(42));
            });
            assertThat(service.line(key).outcome()).isEqualTo(outcome);
            assertOneExchange(service, key);
        }

        @Test
        @Tag("C-1.7")
        @DisplayName("C-1.7 A payment API that refuses the connection is answered 502, without an exchange")
        void refused() {
            service.payments.refuse();
            service.payments.cut();
            await().atMost(SOON).until(() -> service.payments.connections() == 0);
            // A pool may find out about a connection cut while it was idle only by using it.
            String key = awaitOutcome(service, "payment-connection-refused");

            assertNoExchange(service, key);
            String path = path(42);
            String last = key();
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

            assertNoExchange(service, key);
            String last = key();
            assertThat(service.send(HttpCall.payment(42).key(last)))
                    .isEqualTo(Expected.paymentTimedOut(last, path(42)));
        }

        @Test
        @Tag("C-1.9")
        @DisplayName("C-1.9 A payment API that does not answer within the response time-out is answered 504")
        void hanging() {
            simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.HANG, 1));
            String key = key();

            HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

            assertThat(answer).isEqualTo(Expected.paymentTimedOut(key, path(42)));
            assertThat(service.line(key).outcome()).isEqualTo("payment-timed-out");
            assertOneExchange(service, key);
        }

        @Test
        @Tag("C-1.10")
        @DisplayName("C-1.10 The response time-out bounds the whole exchange, a body that drips in included")
        void dripped() {
            simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.DRIP, 1)); // for some 14 s, 0.2 s a byte
            String key = key();

            HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

            assertThat(answer).isEqualTo(Expected.paymentTimedOut(key, path(42)));
            PaymentLine line = service.line(key);
            assertThat(line.outcome()).isEqualTo("payment-timed-out");
            assertThat(Duration.ofNanos(line.json().at("/event/duration").longValue()))
                    .as("a whole drip takes 14 s; the time-out is 2 s")
                    .isLessThan(Duration.ofSeconds(10));
            assertOneExchange(service, key);
        }

        /** Pays until the outcome is the one expected, at most a pool's worth of times. */
        private String awaitOutcome(RunningService service, String outcome) {
            String[] last = {""};
            await(outcome).atMost(SOON).until(() -> {
                last[0] = key();
                int status = service.send(HttpCall.payment(42).key(last[0])).status();
                assertThat(status).isIn(502, 504);
                return outcome.equals(service.line(last[0]).outcome());
            });
            return last[0];
        }

        private String askSimulator(String key) throws IOException {
            try (HttpConnection connection = HttpConnection.open(simulator.port())) {
                String body = connection.exchange(HttpCall.of("POST", "/payments")
                        .key(key)
                        .header("Content-Type", "application/json")
                        .body("{\"orderId\":42,\"amount\":326.98,\"currency\":\"GBP\"}")).body();
                return body.replaceAll(".*\"paymentId\":\"([^\"]+)\".*", "$1");
            }
        }
    }

    /** What HTTP itself asks of a server. None of it reaches the handler, so none of it leaves a payment line. */
    @Nested
    @Order(2)
    @DisplayName("C-2 HTTP")
    class Http {

        private final RunningService service = standard();

        private void assertNotHandled(Runnable requests) {
            int begun = service.exchanges.begun();
            assertThat(service.linesOf(requests)).as("payment lines").isEmpty();
            assertThat(service.exchanges.begun()).as("exchanges").isEqualTo(begun);
        }

        @ParameterizedTest
        @Tag("C-2.1")
        @DisplayName("C-2.1 Another method than POST is answered 405 with Allow")
        @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "post"})
        void wrongMethod(String method) {
            HttpAnswer expected = Expected.methodNotAllowed(path(42));
            HttpCall call = HttpCall.of(method, path(42));
            assertNotHandled(() -> {
                assertThat(service.send(call))
                        .isEqualTo(method.equals("HEAD") ? Expected.withoutBody(expected) : expected);
                assertThat(service.send(call.header("Origin", "https://shop.example")
                        .header("Access-Control-Request-Method", "POST")).status()).as("as a preflight").isEqualTo(405);
            });
        }

        @ParameterizedTest
        @Tag("C-2.2")
        @DisplayName("C-2.2 An Accept header that cannot be met is answered 406")
        @ValueSource(strings = {"text/html", "application/xml", "image/*", "\"x\"/y", "json", "MANY"})
        void notAcceptable(String accept) {
            String types = accept.replace("MANY", "a/b, ".repeat(100) + "*/*"); // more than Spring reads
            assertNotHandled(() -> assertThat(service.send(HttpCall.payment(42).header("Accept", types)))
                    .isEqualTo(Expected.notAcceptable(path(42))));
        }

        @ParameterizedTest
        @Tag("C-2.3")
        @DisplayName("C-2.3 An Accept header that can be met changes nothing, in a failure neither")
        @ValueSource(strings = {"application/json", "application/*", "*/*", "text/html, */*;q=0.1"})
        void acceptable(String accept) {
            String key = key();
            assertThat(service.send(HttpCall.payment(42).key(key).header("Accept", accept)).header())
                    .isEqualTo(Map.of("content-type", "application/json", "idempotency-key", key));
            String other = key();
            assertThat(service.send(HttpCall.payment(100_001).key(other).header("Accept", accept)))
                    .isEqualTo(Expected.orderNotFound(other, 100_001));
        }

        @Test
        @Tag("C-2.4")
        @DisplayName("C-2.4 A body of 16 KiB is read and ignored, announced or chunked; the connection lives on")
        void bodyThatFits() throws IOException {
            String body = "x".repeat(16 * 1024);
            try (HttpConnection connection = service.connect()) {
                HttpCall call = HttpCall.payment(42).header("Content-Type", "text/plain");
                assertThat(connection.exchange(service.noted(call.key(key()).body(body))).status()).isEqualTo(200);
                assertThat(connection.exchange(service.noted(call.key(key()).chunkedBody(body))).status())
                        .isEqualTo(200);
                for (String type : List.of("multipart/form-data", "multipart/form-data; boundary=", "json",
                        "a/b; charset=x",
                        "application/x-www-form-urlencoded", "text/plain, text/html", "")) {
                    HttpCall odd = HttpCall.payment(42).header("Content-Type", type).key(key()).body("%zz=%&a");
                    assertThat(connection.exchange(service.noted(odd)).status()).as(type).isEqualTo(200);
                }
                String trailers = "1\r\nx\r\n0\r\n" + "X: y\r\n".repeat(50) + "\r\n";
                for (int i = 0; i < 2; i++) {
                    connection.send(
                            service.noted(HttpCall.payment(42).key(key()).header("Transfer-Encoding", "chunked")));
                    connection.send(trailers.getBytes(StandardCharsets.ISO_8859_1));
                    assertThat(connection.read("POST").status()).as("with trailers").isEqualTo(200);
                }
                assertThat(connection.exchange(service.noted(HttpCall.payment(42).key(key()))).status())
                        .isEqualTo(200);
            }
        }

        @Test
        @Tag("C-2.5")
        @DisplayName("C-2.5 A body over 16 KiB is answered 413: before it is sent, if its length is announced")
        void bodyTooLargeAnnounced() {
            assertNotHandled(() -> {
                HttpCall call = HttpCall.payment(42).header("Content-Length", Integer.toString(16 * 1024 + 1));
                assertThat(service.send(call)).isEqualTo(Expected.contentTooLarge(path(42)));
                assertThat(service.send(HttpCall.payment(42).header("Content-Length", "99999999999")))
                        .isEqualTo(Expected.contentTooLarge(path(42)));
                try (HttpConnection connection = service.connect()) {
                    assertThat(connection.exchange(call.header("Expect", "100-continue")))
                            .isEqualTo(Expected.contentTooLarge(path(42)));
                    assertThat(connection.interimAnswers()).as("nobody is asked to send what is not read").isZero();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        @Test
        @Tag("C-2.6")
        @DisplayName("C-2.6 A chunked body over 16 KiB is answered 413")
        void bodyTooLargeChunked() {
            assertNotHandled(() -> assertThat(service.send(HttpCall.payment(42).chunkedBody("x".repeat(16 * 1024 + 1))))
                    .isEqualTo(Expected.contentTooLarge(path(42))));
        }

        @Test
        @Tag("C-2.7")
        @DisplayName("C-2.7 A header that is too large is answered 431; one of 4 KiB is not")
        void headerTooLarge() {
            assertNotHandled(() -> {
                assertThat(service.send(HttpCall.payment(42).header("X-Large", "x".repeat(20_000))))
                        .isEqualTo(Expected.headerTooLarge(path(42)));
            });
            assertThat(service.send(HttpCall.payment(42).key(key()).header("X-Large", "x".repeat(4_096))).status())
                    .isEqualTo(200);
        }

        @ParameterizedTest
        @Tag("C-2.8")
        @DisplayName("C-2.8 What is no HTTP is answered 400 with problem details")
        @ValueSource(strings = {"NONSENSE\r\n\r\n",
                "POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
                "POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                "POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n\r\n",
                "POST /orders/%zz/payment HTTP/1.1\r\nHost: a\r\n\r\n"})
        void malformed(String request) throws IOException {
            assertNotHandled(() -> {
                try (HttpConnection connection = service.connect()) {
                    connection.send(request.getBytes(StandardCharsets.ISO_8859_1));
                    HttpAnswer answer = connection.read("POST");
                    assertThat(answer.status()).isEqualTo(400);
                    assertThat(answer.body()).contains("urn:problem-type:three-ways:bad-request");
                    assertThat(connection.isEndedByPeer()).as("the connection is closed").isTrue();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertPays(service);
        }

        @ParameterizedTest
        @Tag("C-2.9")
        @DisplayName("C-2.9 A path without a resource is answered 404")
        @ValueSource(strings = {"/", "//", "/nothing", "/orders", "/orders/42", "/orders/42/payment/",
                "/orders//payment",
                "/orders/42/payments", "/favicon.ico", "/error"})
        void unknownPath(String path) {
            assertNotHandled(() -> {
                assertThat(service.send(HttpCall.of("POST", path))).isEqualTo(Expected.noSuchResource(path));
                assertThat(service.send(HttpCall.of("GET", path))).isEqualTo(Expected.noSuchResource(path));
            });
        }

        @Test
        @Tag("C-2.10")
        @DisplayName("C-2.10 A connection serves one request after another: answers 200, 404 and 405 do not end it")
        void keepAlive() throws IOException {
            try (HttpConnection connection = service.connect()) {
                for (int i = 0; i < 50; i++) {
                    assertThat(connection.exchange(service.noted(HttpCall.payment(42).key(key()))).status())
                            .isEqualTo(200);
                    assertThat(connection.exchange(service.noted(HttpCall.payment(100_001).key(key()))).status())
                            .isEqualTo(404);
                    assertThat(connection.exchange(HttpCall.of("GET", path(42))).status()).isEqualTo(405);
                    assertThat(connection.exchange(HttpCall.of("GET", "/nothing")).status()).isEqualTo(404);
                }
            }
        }

        @ParameterizedTest
        @Tag("C-2.11")
        @DisplayName("C-2.11 A query does not matter, however it is written, and is not repeated in a problem's instance")
        @ValueSource(strings = {"a=b", "discount=100%", "%zz", "a=%FF%00", "?", "&&=", "a=<b>", "[]{}|^`\"\\\\",
                "a/../b", ""})
        void query(String query) {
            String key = key();
            assertThat(service.send(HttpCall.of("POST", path(100_001) + "?" + query).key(key)))
                    .isEqualTo(Expected.orderNotFound(key, 100_001));
        }

        @ParameterizedTest
        @Tag("C-2.12")
        @DisplayName("C-2.12 A request whose length cannot be known is refused, the connection closed, its body never handled")
        @CsvSource(delimiter = '|', value = {"501|Transfer-Encoding: xchunked", "501|Transfer-Encoding: gzip",
                "501|Transfer-Encoding: identity", "501|Transfer-Encoding: gzip, chunked",
                "501|Transfer-Encoding: identity;Transfer-Encoding: chunked",
                "400|Transfer-Encoding: chunked, identity",
                "400|Transfer-Encoding: chunked, chunked", "400|Transfer-Encoding: chunked;Transfer-Encoding: chunked",
                "400|Transfer-Encoding: chunked;Content-Length: 5", "400|Content-Length: 5;Transfer-Encoding: chunked",
                "400|HTTP/1.0;Transfer-Encoding: chunked", "400|Content-Length: 0;Content-Length: 5",
                "400|Content-Length: 5, 5", "400|Content-Length: +0", "400|Content-Length: -1",
                "400|Content-Length: 0x0",
                "400|Content-Length: 99999999999999999999"})
        void unknownLength(int status, String framing) {
            String version = framing.startsWith("HTTP/1.0;") ? "HTTP/1.0" : "HTTP/1.1";
            String header = framing.replace("HTTP/1.0;", "").replace(";", "\r\n");
            String hidden = key();
            assertNotHandled(() -> {
                try (HttpConnection connection = service.connect()) {
                    connection.send(("POST /orders/42/payment " + version + "\r\nHost: a\r\n" + header
                            + "\r\n\r\n0\r\n\r\n"
                            + "POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nIdempotency-Key: " + hidden + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
                    assertThat(connection.read("POST")).isEqualTo(status == 501
                            ? Expected.notImplemented(path(42))
                            : Expected.badRequest(path(42)));
                    assertThat(connection.isEndedByPeer()).as("the connection is closed").isTrue();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertNoExchange(service, hidden);
        }

        @Test
        @Tag("C-2.13")
        @DisplayName("C-2.13 A caller that closes its sending half after its requests gets all answers, then the connection is closed")
        void halfClose() throws IOException {
            RunningService patient = patient();
            simulator.behaviour(Behaviour.INSTANT.withLatency(Duration.ofMillis(200), Duration.ofMillis(200),
                    Duration.ofMillis(200)));
            String first = key();
            String second = key();
            try (HttpConnection connection = patient.connect()) {
                connection.send(patient.noted(HttpCall.payment(42).key(first).body("ignored")));
                connection.send(patient.noted(HttpCall.payment(42).key(second)));
                connection.halfClose();
                for (String key : List.of(first, second)) {
                    HttpAnswer answer = connection.read("POST");
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.header()).containsEntry("idempotency-key", key);
                }
                assertThat(connection.isEndedByPeer()).as("the connection is closed").isTrue();
            }
            try (HttpConnection idle = patient.connect(); HttpConnection begun = patient.connect()) {
                assertThat(idle.exchange(HttpCall.of("GET", "/nothing")).status()).isEqualTo(404);
                idle.halfClose();
                assertThat(idle.isEndedByPeer()).as("an idle connection is closed").isTrue();
                begun.send("POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"
                        .getBytes(StandardCharsets.ISO_8859_1));
                begun.halfClose();
                assertThat(begun.isEndedByPeer()).as("so is one whose request will never be whole").isTrue();
            }
            await("all connections are given up").atMost(SOON)
                    .until(
                            () -> patient.waiting().at("/resources/server-connections/used").intValue() == 0);
        }

        @Test
        @Tag("C-2.14")
        @DisplayName("C-2.14 100-continue is answered 100 before a body that is read; another expectation 417")
        void expectation() throws IOException {
            try (HttpConnection connection = service.connect()) {
                HttpCall head = HttpCall.payment(42)
                        .key(key())
                        .header("Content-Length", "7")
                        .header("Expect",
                                "100-continue");
                connection.send(service.noted(head));
                await().atMost(SOON).until(connection::hasAnswer);
                connection.send("ignored".getBytes(StandardCharsets.ISO_8859_1));
                assertThat(connection.read("POST").status()).isEqualTo(200);
                assertThat(connection.interimAnswers()).isEqualTo(1);
            }
            assertNotHandled(() -> assertThat(service.send(HttpCall.payment(42).header("Expect", "miracles")))
                    .isEqualTo(Expected.expectationFailed(path(42))));
        }

        @ParameterizedTest
        @Tag("C-2.15")
        @DisplayName("C-2.15 A target that names no path here is answered 400")
        @ValueSource(strings = {"/orders/42%00/payment", "/orders/%FF/payment", "/orders/%C0%AF/payment",
                "/orders/%/payment",
                "/../orders/42/payment", "/%2e%2e/orders/42/payment", "/orders/4<2/payment", "/orders/4|2/payment", "*",
                "orders/42/payment", "ftp://127.0.0.1/orders/42/payment", "http://elsewhere/orders/42/payment"})
        void invalidTarget(String target) {
            assertNotHandled(() -> {
                HttpAnswer answer = service.send(HttpCall.of("POST", target).header("idempotency-key", "k"));
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.body()).contains("urn:problem-type:three-ways:bad-request");
                assertThat(answer.header()).doesNotContainKey("idempotency-key");
                assertThat(service.send(HttpCall.of("OPTIONS", target)).status()).isEqualTo(400);
            });
        }

        @Test
        @Tag("C-2.16")
        @DisplayName("C-2.16 A whole URI as target means its path, if it repeats the host")
        void absoluteForm() {
            String key = key();
            assertThat(service.send(HttpCall.of("POST", "http://127.0.0.1/orders/100001/payment?a").key(key)))
                    .isEqualTo(Expected.orderNotFound(key, 100_001));
        }

        @ParameterizedTest
        @Tag("C-2.17")
        @DisplayName("C-2.17 A host is a name, with underscores if need be, or an address, and perhaps a port; else 400")
        @CsvSource(delimiter = '|', value = {"200|Host: order_service:8081", "200|Host: _", "200|Host: a-b.example",
                "200|Host: ",
                "200|Host: 127.0.0.1:1", "200|Host: [::1]:8081", "200|Host: 1.2.3.4.5", "200|Host: a:",
                "200|Host: a%20b",
                "400|Host: a b", "400|Host: a@b", "400|Host: a/b", "400|Host: http://a", "400|Host: a:b",
                "400|Host: a:99999",
                "400|Host: [::1", "400|Host: a,b", "400|Host: a;Host: a", "400|X: none"})
        void host(int status, String header) throws IOException {
            String key = key();
            String request = "POST /orders/42/payment HTTP/1.1\r\n" + header.replace(";", "\r\n")
                    + "\r\nIdempotency-Key: "
                    + key + "\r\n\r\n";
            if (status == 200) {
                service.noted(HttpCall.payment(42).key(key));
            }
            try (HttpConnection connection = service.connect()) {
                connection.send(request.getBytes(StandardCharsets.ISO_8859_1));
                HttpAnswer answer = connection.read("POST");
                assertThat(answer.status()).isEqualTo(status);
                if (status == 400) {
                    assertThat(answer).isEqualTo(Expected.badRequest(path(42)));
                    assertNoExchange(service, key);
                    assertThat(service.lines(key)).isEmpty();
                }
            }
        }

        @ParameterizedTest
        @Tag("C-2.18")
        @DisplayName("C-2.18 HTTP/1.0 is answered, and its connection closed; another version 505")
        @CsvSource({"200, HTTP/1.0", "505, HTTP/1.2", "505, HTTP/2.0", "505, HTTP/0.9"})
        void versions(int status, String version) throws IOException {
            String key = key();
            if (status == 200) {
                service.noted(HttpCall.payment(42).key(key));
            }
            try (HttpConnection connection = service.connect()) {
                connection.send(
                        ("POST /orders/42/payment " + version + "\r\nHost: a\r\nIdempotency-Key: " + key + "\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
                HttpAnswer answer = connection.read("POST");
                assertThat(answer.status()).isEqualTo(status);
                if (status == 505) {
                    assertThat(answer).isEqualTo(Expected.versionNotSupported(path(42)));
                }
                assertThat(connection.isEndedByPeer()).as("the connection is closed").isTrue();
            }
        }

        @ParameterizedTest
        @Tag("C-2.19")
        @DisplayName("C-2.19 Requests sent without waiting are answered in their order, one that closes or is wrong behind the others")
        @CsvSource(delimiter = '|', value = {"200|POST /orders/42/payment HTTP/1.1;Host: a;Connection: close",
                "404|POST /nothing HTTP/1.0;Host: a", "400|no HTTP", "400|POST /orders/%/payment HTTP/1.1;Host: a",
                "501|POST /orders/42/payment HTTP/1.1;Host: a;Transfer-Encoding: x", "505|POST / HTTP/1.2;Host: a"})
        void pipelined(int status, String last) throws IOException {
            String first = key();
            String second = key();
            try (HttpConnection connection = service.connect()) {
                var bytes = new ByteArrayOutputStream();
                bytes.write(service.noted(HttpCall.payment(42).key(first).body("ignored")).bytes());
                bytes.write(service.noted(HttpCall.payment(42).key(second)).bytes());
                bytes.write((last.replace(";", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
                connection.send(bytes.toByteArray());
                for (String key : List.of(first, second)) {
                    HttpAnswer answer = connection.read("POST");
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.header()).containsEntry("idempotency-key", key);
                }
                assertThat(connection.read("POST").status()).isEqualTo(status);
                assertThat(connection.isEndedByPeer()).as("the connection is closed").isTrue();
            }
        }

        /** What Spring reads of a header while it looks for a handler, or says that there is none. */
        @ParameterizedTest
        @Tag("C-2.20")
        @DisplayName("C-2.20 A path without a resource is answered 404 whatever the method and the header say")
        @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {"Accept|\"x\"/y", "Accept|json", "Accept|MANY",
                "Accept|text/html", "Content-Type|*/*", "Content-Type|application/*", "Content-Type|json",
                "Content-Length|0", "If-None-Match|x", "If-Modified-Since|x", "Range|bytes=x", "Accept-Language|;;q",
                "Accept-Charset|?", "Origin|null", "Origin|:x", "Access-Control-Request-Method|POST",
                "X-Forwarded-Host|:x", "X-Forwarded-Port|x", "Forwarded|host=:x", "X-HTTP-Method-Override|x",
                "Cookie|=;=",
                "Upgrade|websocket", "traceparent|x"})
        void unknownPathWithHeader(String name, String value) {
            String odd = value.replace("MANY", "a/b, ".repeat(100) + "*/*"); // more than Spring reads
            assertNotHandled(() -> {
                for (String path : List.of("/nothing", "/actuator/health", "/webjars/x.js")) {
                    for (String method : List.of("POST", "GET", "OPTIONS", "TRACE")) {
                        HttpCall call = HttpCall.of(method, path).header(name, odd);
                        assertThat(service.send(call)).as(method).isEqualTo(Expected.noSuchResource(path));
                        assertThat(service.send(call.header("Origin", "https://shop.example")
                                .header("Access-Control-Request-Method", "POST"))).as(method + " as a preflight")
                                .isEqualTo(Expected.noSuchResource(path));
                    }
                }
            });
        }
    }

    @Nested
    @Order(3)
    @DisplayName("C-3 Idempotency key")
    class Keys {

        private final RunningService service = standard();

        @Test
        @Tag("C-3.1")
        @DisplayName("C-3.1 The caller's key is passed on untouched, and comes back")
        void passedOn() {
            String key = "~!@#$%^&*()_+`-=[]{}|;':\\\",./<>?" + "k".repeat(255 - 32);

            HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header()).containsEntry("idempotency-key", key);
            assertOneExchange(service, key);
            assertThat(service.line(key).outcome()).isEqualTo("paid");
        }

        @Test
        @Tag("C-3.2")
        @DisplayName("C-3.2 Without a key, each request gets a fresh UUID, and the caller is told which")
        void fresh() {
            List<String> fresh = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String key = Objects.requireNonNull(
                        service.send(HttpCall.payment(42)).header().get("idempotency-key"));
                assertThat(UUID.fromString(key)).hasToString(key);
                assertOneExchange(service, key);
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

    @Nested
    @Order(4)
    @DisplayName("C-4 One exchange")
    class Exchanges {

        private final RunningService service = standard();

        @Test
        @Tag("C-4.1")
        @DisplayName("C-4.1 The payment API is asked with POST /payments, JSON, the key")
        void request() {
            String key = key();

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
            assertPays(service);
            int accepted = service.payments.accepted();
            for (int i = 0; i < 20; i++) {
                assertPays(service);
            }
            assertThat(service.payments.accepted() - accepted).as("connections opened for 20 requests in a row")
                    .isLessThan(5);
        }

        @Test
        @Tag("C-4.3")
        @DisplayName("C-4.3 A keep-alive connection the payment API has closed: paid on a new one or 502, never asked twice")
        void closedAfterAnswer() {
            simulator.behaviour(Behaviour.INSTANT.withCloseAfterAnswer(true));
            for (int i = 0; i < 30; i++) {
                assertPaidOrLost();
            }
        }

        @Test
        @Tag("C-4.4")
        @DisplayName("C-4.4 A keep-alive connection that is reset when it is used again: 502, never asked twice")
        void resetOnReuse() {
            simulator.behaviour(Behaviour.INSTANT.withResetOnReuse(true));
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
                assertPays(service);
                service.payments.cut();
                assertPaidOrLost();
                simulator.behaviour(Behaviour.INSTANT);
                await().atMost(SOON).until(() -> assertPaidOrLost() == 200);
            }
        }

        private int assertPaidOrLost() {
            String key = key();
            HttpAnswer answer = service.send(HttpCall.payment(42).key(key));
            if (answer.status() == 200) {
                assertOneExchange(service, key);
                assertThat(service.line(key).outcome()).isEqualTo("paid");
            } else {
                assertThat(answer).isEqualTo(Expected.paymentLost(key, path(42)));
                assertThat(service.line(key).outcome()).isEqualTo("payment-connection-lost");
                assertThat(service.exchanges.begun(key)).as("exchanges begun under " + key).hasSizeLessThanOrEqualTo(1);
                assertThat(simulator.calls(key)).as("payments received under " + key).isLessThanOrEqualTo(1);
            }
            return answer.status();
        }

        @Test
        @Tag("C-4.6")
        @DisplayName("C-4.6 200 concurrent requests with a payment API of 1 s are all answered, each with its own order")
        void concurrent() throws Exception {
            RunningService service = patient();
            simulator.behaviour(Behaviour.INSTANT.withLatency(Duration.ofSeconds(1), Duration.ofSeconds(1),
                    Duration.ofSeconds(1)));
            Map<String, Future<HttpAnswer>> answers = new HashMap<>();
            Map<String, Integer> orders = new HashMap<>();
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int order = 1; order <= 200; order++) {
                    String key = key();
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
                    assertOneExchange(service, key);
                }
            }
        }

        @Test
        @Tag("C-4.7")
        @DisplayName("C-4.7 With signing on, each payment has a signature that the payment API can verify, the same for the same")
        void signed() {
            for (RunningService signing : signing()) {
                for (int i = 0; i < 5; i++) {
                    PaymentTraffic.Exchange exchange = exchange(signing, key());
                    assertThat(exchange.header()).containsEntry(PaymentSignature.HEADER,
                            PaymentSignature.of(exchange, SIGNING_SECRET, SIGNING_ITERATIONS));
                }
                // Computed by another implementation, Python's hashlib and hmac.
                assertThat(exchange(signing, "the-same-key").header()).containsEntry(PaymentSignature.HEADER,
                        "e93fc265719a31ddac37af635ceb30404351e7ce0e7e4074103c9a071a1a5c3d");
                assertThat(withoutOwn(exchange(signing, key()))).as("apart from the signature")
                        .isEqualTo(withoutOwn(exchange(service, key())));
            }
        }

        @Test
        @Tag("C-4.8")
        @DisplayName("C-4.8 With signing off, as the services ship, no payment has that header")
        void unsigned() {
            assertThat(exchange(service, key()).header()).doesNotContainKey(PaymentSignature.HEADER);
        }

        private PaymentTraffic.Exchange exchange(RunningService with, String key) {
            assertThat(with.send(HttpCall.payment(42).key(key)).status()).isEqualTo(200);
            assertThat(with.exchanges.begun(key)).hasSize(1);
            return with.exchanges.begun(key).getFirst();
        }

        /** What two payments of the same order by two services have in common. */
        private PaymentTraffic.Exchange withoutOwn(PaymentTraffic.Exchange exchange) {
            Map<String, String> header = new HashMap<>(exchange.header());
            header.keySet().removeAll(List.of(PaymentSignature.HEADER, "idempotency-key", "traceparent", "host"));
            return new PaymentTraffic.Exchange(exchange.requestLine(), header, exchange.body());
        }
    }

    /** Against a payment API that sends what it likes. */
    @Nested
    @Order(4)
    @DisplayName("C-11 An answer is its own request's")
    class Answered {

        private final RunningService service = standard();

        private ScriptedPaymentApi api;

        @BeforeEach
        void script() throws IOException {
            api = new ScriptedPaymentApi();
            service.payments.leadTo(api.port());
            awaitPaysItsOwn(); // the pool may find out about a connection that was cut only by using it
        }

        @AfterEach
        void backToTheSimulator() {
            api.close();
            service.payments.leadTo(simulator.port());
            awaitPays(service);
        }

        /** Pays, and the payment is the one that the API made of this key. */
        private void assertPaysItsOwn(RunningService with) {
            String key = key();
            HttpAnswer answer = with.send(HttpCall.payment(42).key(key));
            assertThat(answer)
                    .isEqualTo(Expected.paid(key, 42, ScriptedPaymentApi.paymentId(key), "326.98", "GBP"));
            assertThat(with.line(key).text("/payment/id")).isEqualTo(ScriptedPaymentApi.paymentId(key));
            assertThat(with.exchanges.begun(key)).hasSize(1);
        }

        private void assertInvalid(RunningService with, ScriptedPaymentApi.Script script) {
            String key = key();
            api.script(script);
            assertThat(with.send(HttpCall.payment(42).key(key))).isEqualTo(Expected.paymentInvalid(key, path(42)));
            assertThat(with.line(key).outcome()).isEqualTo("payment-invalid-answer");
            assertThat(with.exchanges.begun(key)).hasSize(1);
            api.script(ScriptedPaymentApi.WELL);
            assertPaysItsOwn(with);
        }

        @ParameterizedTest
        @Tag("C-11.1")
        @DisplayName("C-11.1 Interim answers are skipped, and the final one is the answer")
        @ValueSource(strings = {"103 Early Hints", "102 Processing", "100 Continue", "199 Whatever"})
        void interim(String status) throws Exception {
            String interim = "HTTP/1.1 " + status + "\r\nLink: </a>; rel=preload\r\n\r\n";
            for (int count : List.of(1, 3)) {
                api.script(
                        ScriptedPaymentApi.answering(key -> interim.repeat(count) + ScriptedPaymentApi.approval(key)));
                assertPaysItsOwn(service);
                api.script((key, out) -> {
                    for (String piece : List.of(interim.repeat(count).substring(0, 12),
                            interim.repeat(count).substring(12),
                            ScriptedPaymentApi.approval(key).substring(0, 20),
                            ScriptedPaymentApi.approval(key).substring(20))) {
                        ScriptedPaymentApi.send(piece, out);
                        LockSupport.parkNanos(Duration.ofMillis(20).toNanos()); // so that it is a packet of its own
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
                    String next = "next-" + key();
                    String unasked = switch (what) {
                        case "stranger" -> ScriptedPaymentApi.approval("stranger");
                        // Of the request that comes next: its key alone does not tell, that nobody asked does.
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

        private void awaitPaysItsOwn() {
            await().atMost(SOON).until(() -> service.send(HttpCall.payment(42).key(key())).status() == 200);
            assertPaysItsOwn(service);
        }

        @Test
        @Tag("C-11.4")
        @DisplayName("C-11.4 An answer with another key, two, or none is 502 payment-invalid-answer, whatever its status")
        void foreignKey() {
            for (String status : List.of("200 OK", "204 No Content", "402 Payment Required",
                    "500 Internal Server Error",
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
            try (RunningService lenient = new RunningService(service(), backends, "answer-key-if-present",
                    Map.of("payment.answer-key", "if-present"))) {
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
        @ValueSource(strings = {"json", "application/json; charset=utf8mb4", "; =x", "text/html",
                "text/plain, text/html",
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
            for (String status : List.of("101 Switching Protocols", "600 Beyond", "999 Nine", "099 Below",
                    "000 None")) {
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
                String key = key();
                assertThat(service.send(each.key(key)).status()).isEqualTo(200);
                assertThat(service.exchanges.begun(key)).singleElement()
                        .satisfies(exchange -> assertThat(exchange.header()).as("of the caller's and the client's own")
                                .doesNotContainEntry("user-agent", "caller/1"))
                        .satisfies(exchange -> assertThat(PAYMENT_HEADER).containsAll(exchange.header().keySet()));
            }
        }
    }

    @Nested
    @Order(5)
    @DisplayName("C-5 A caller that hangs up")
    class HangingUp {

        private final RunningService service = patient();

        @BeforeEach
        void slowPayments() {
            simulator.behaviour(Behaviour.INSTANT.withLatency(Duration.ofMillis(500), Duration.ofMillis(500),
                    Duration.ofMillis(500)));
        }

        @Test
        @Tag("C-5.1")
        @DisplayName("C-5.1 Does not undo a payment already begun, nor hide it: one payment, one line, outcome paid")
        void afterPaymentBegan() throws IOException {
            String closed = key();
            String reset = key();
            try (HttpConnection first = service.connect(); HttpConnection second = service.connect()) {
                first.send(service.noted(HttpCall.payment(42).key(closed)));
                second.send(service.noted(HttpCall.payment(43).key(reset)));
                await().atMost(SOON).until(() -> simulator.calls(closed) == 1 && simulator.calls(reset) == 1);
                first.hangUp();
                second.reset();
            }
            for (String key : List.of(closed, reset)) {
                assertThat(service.line(key).outcome()).isEqualTo("paid");
                assertOneExchange(service, key);
            }
        }

        @Test
        @Tag("C-5.2")
        @DisplayName("C-5.2 Right after it has sent its request, is paid like any other")
        void afterRequestWasSent() throws IOException {
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String key = key();
                try (HttpConnection connection = service.connect()) {
                    connection.send(service.noted(HttpCall.payment(42).key(key)));
                }
                sent.add(key);
            }
            for (String key : sent) {
                assertThat(service.line(key).outcome()).isEqualTo("paid");
                assertOneExchange(service, key);
            }
        }

        @Test
        @Tag("C-5.3")
        @DisplayName("C-5.3 Leaves nothing behind: the service is as it was")
        void leavesNothing() throws IOException {
            for (int i = 0; i < TIGHT_LIMIT; i++) {
                String key = key();
                RunningService limited = tight();
                try (HttpConnection connection = limited.connect()) {
                    connection.send(limited.noted(HttpCall.payment(42).key(key)));
                    await().atMost(SOON).until(() -> simulator.calls(key) == 1);
                }
                assertThat(limited.line(key).outcome()).isEqualTo("paid");
            }
            assertPays(tight()); // no place of the eight is lost
        }
    }

    @Nested
    @Order(6)
    @DisplayName("C-6 Database")
    class Database {

        @Test
        @Tag("C-6.1")
        @DisplayName("C-6.1 A request is one execution of one SELECT, in no transaction, with no other statement")
        void statements() {
            RunningService service = standard();
            assertStatements(service, 20, Duration.ZERO);
        }

        @Test
        @Tag("C-6.2")
        @DisplayName("C-6.2 Also on connections that were idle for a second")
        void statementsAfterIdleness() {
            assertStatements(standard(), 3, Duration.ofSeconds(1));
        }

        @Test
        @Tag("C-6.3")
        @DisplayName("C-6.3 An order that does not exist costs the same SELECT; an invalid request none")
        void statementsOfFailures() {
            RunningService service = standard();
            int before = service.sql.executed().size();
            assertThat(service.send(HttpCall.payment("abc").key(key())).status()).isEqualTo(400);
            assertThat(service.send(HttpCall.payment(1).header("idempotency-key", "")).status()).isEqualTo(400);
            assertThat(service.sql.executed().subList(before, service.sql.executed().size())).doesNotContain(SELECT);
            assertThat(service.send(HttpCall.payment(100_001).key(key())).status()).isEqualTo(404);
            assertThat(service.sql.executed().subList(before, service.sql.executed().size())).containsOnlyOnce(SELECT);
        }

        /** Over connections that are open already: what a driver says when it opens one is no part of a request. */
        private void assertStatements(RunningService service, int requests, Duration pause) {
            for (int attempt = 1;; attempt++) {
                awaitQuiet(service);
                assertPays(service);
                int accepted = service.database.accepted();
                int before = service.sql.executed().size();
                for (int i = 0; i < requests; i++) {
                    if (!pause.isZero()) {
                        await().pollDelay(pause).until(() -> true); // idleness is what this is about
                    }
                    assertPays(service);
                }
                List<String> all = service.sql.executed();
                if (service.database.accepted() == accepted || attempt == 5) {
                    boolean idleAreTested = service().has(ServiceUnderTest.Difference.TESTS_IDLE_CONNECTIONS);
                    assertThat(all.subList(before, all.size())).filteredOn(sql -> !(sql.isEmpty() && idleAreTested))
                            .containsOnly(SELECT)
                            .hasSize(requests);
                    return;
                }
            }
        }

        /** Until the pool has replaced the connections that another test has cut, and said hello on them. */
        private void awaitQuiet(RunningService service) {
            int[] last = {-1};
            await("no statement").during(Duration.ofMillis(500)).atMost(SOON).until(() -> {
                int now = service.sql.executed().size();
                boolean same = now == last[0];
                last[0] = now;
                return same;
            });
        }

        @Test
        @Tag("C-6.4")
        @DisplayName("C-6.4 A connection is held only while reading: with a pool of one and a hanging payment, another order is paid")
        void poolOfOneWhilePaying() throws IOException {
            RunningService service = tight();
            simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.HANG, 1));
            String hanging = key();
            try (HttpConnection connection = service.connect()) {
                connection.send(service.noted(HttpCall.payment(1).key(hanging)));
                await().atMost(SOON).until(() -> simulator.calls(hanging) == 1);
                simulator.behaviour(Behaviour.INSTANT);

                assertPays(service);

                assertThat(connection.hasAnswer()).as("the first is still paying").isFalse();
                assertThat(connection.read("POST").status()).isEqualTo(504);
            }
        }

        @Test
        @Tag("C-6.5")
        @DisplayName("C-6.5 No pooled connection within its time-out is answered 503 with Retry-After; so is a read that takes too long")
        void poolExhausted() throws Exception {
            RunningService service = tight();
            assertPays(service);
            String holder = key();
            String waiter = key();
            try (Connection administrator = backends.database().connectAsAdministrator();
                    Statement lock = administrator.createStatement();
                    HttpConnection connection = service.connect()) {
                administrator.setAutoCommit(false);
                lock.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
                int before = service.sql.executed().size();
                connection.send(service.noted(HttpCall.payment(1).key(holder)));
                await().atMost(SOON).until(() -> service.sql.executed().size() > before);

                HttpAnswer answer = service.send(HttpCall.payment(2).key(waiter));

                assertThat(answer).isEqualTo(Expected.ordersUnavailable(waiter, path(2)));
                assertThat(connection.read("POST")).isEqualTo(Expected.ordersUnavailable(holder, path(1)));
                administrator.rollback();
            }
            for (String key : List.of(holder, waiter)) {
                assertThat(service.line(key).outcome()).isEqualTo("orders-unavailable");
                assertNoExchange(service, key);
            }
            awaitPays(service);
        }

        @Test
        @Tag("C-6.6")
        @DisplayName("C-6.6 A database that is down is answered 503 with Retry-After; when it is back, so is the service")
        void down() {
            RunningService service = standard();
            assertPays(service);
            service.database.refuse();
            service.database.cut();
            for (int i = 0; i < 3; i++) {
                String key = key();
                assertThat(service.send(HttpCall.payment(42).key(key)))
                        .isEqualTo(Expected.ordersUnavailable(key, path(42)));
                assertThat(service.line(key).outcome()).isEqualTo("orders-unavailable");
                assertNoExchange(service, key);
            }

            service.database.open();

            awaitPays(service);
        }

        @Test
        @Tag("C-6.7")
        @DisplayName("C-6.7 A database that no longer answers, over connections that look alive, is answered 503, too")
        void stalled() {
            RunningService service = standard();
            assertPays(service);
            service.database.stall();
            String key = key();

            HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

            assertThat(answer).isEqualTo(Expected.ordersUnavailable(key, path(42)));
            assertThat(service.line(key).outcome()).isEqualTo("orders-unavailable");
            assertNoExchange(service, key);
            service.database.open();
            awaitPays(service);
        }

        @Test
        @Tag("C-6.8")
        @DisplayName("C-6.8 Connections the server has ended, as when it restarts: 503 at worst, and soon well again")
        void terminated() throws SQLException {
            RunningService service = standard();
            assertPays(service);
            try (Connection administrator = backends.database().connectAsAdministrator();
                    Statement statement = administrator.createStatement()) {
                statement.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'order_reader'");
            }
            await("three payments in a row").atMost(SOON).until(() -> IntStream.range(0, 3).allMatch(_ -> {
                String key = key();
                HttpAnswer answer = service.send(HttpCall.payment(42).key(key));
                assertThat(answer.status()).isIn(200, 503);
                if (answer.status() == 503) {
                    assertThat(answer).isEqualTo(Expected.ordersUnavailable(key, path(42)));
                    assertNoExchange(service, key);
                }
                return answer.status() == 200;
            }));
        }

        @ParameterizedTest
        @Tag("C-6.9")
        @DisplayName("C-6.9 The services' role may read orders, and nothing else")
        @ValueSource(strings = {"INSERT INTO orders VALUES (100001, 'x', 1, 'EUR')", "UPDATE orders SET amount = 1",
                "DELETE FROM orders", "DROP VIEW orders", "SELECT id FROM order_rows", "DELETE FROM order_rows",
                "TRUNCATE order_rows", "DROP TABLE order_rows", "CREATE TABLE t ()"})
        void readOnly(String sql) {
            DatabaseAddress reader = backends.database().reader();
            assertThatThrownBy(() -> {
                try (Connection connection = DriverManager.getConnection(reader.jdbcUrl(), reader.user(),
                        reader.password()); Statement statement = connection.createStatement()) {
                    statement.execute(sql);
                }
            }).isInstanceOf(SQLException.class)
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("42501"); // insufficient_privilege
        }
    }

    @Nested
    @Order(7)
    @DisplayName("C-7 Limit of requests in flight")
    class Limit {

        @Test
        @Tag("C-7.1")
        @DisplayName("C-7.1 Above the limit, 503 with Retry-After at once; below it again, the service accepts again")
        void shed() throws IOException {
            RunningService service = tight();
            simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.HANG, 1));
            List<String> inFlight = new ArrayList<>();
            List<HttpConnection> connections = new ArrayList<>();
            try {
                for (int i = 0; i < TIGHT_LIMIT; i++) {
                    String key = key();
                    inFlight.add(key);
                    connections.add(service.connect());
                    connections.getLast().send(service.noted(HttpCall.payment(i + 1).key(key)));
                    await().atMost(SOON).until(() -> simulator.calls(key) == 1);
                }
                String shed = key();

                HttpAnswer answer = service.send(HttpCall.payment(42).key(shed));

                assertThat(answer).isEqualTo(Expected.overloaded(shed, path(42)));
                assertThat(connections.getLast().hasAnswer()).as("others are still in flight").isFalse();
                assertThat(service.line(shed).outcome()).isEqualTo("overloaded");
                assertNoExchange(service, shed);
                for (int i = 0; i < TIGHT_LIMIT; i++) {
                    assertThat(connections.get(i).read("POST"))
                            .isEqualTo(Expected.paymentTimedOut(inFlight.get(i), path(i + 1)));
                    assertOneExchange(service, inFlight.get(i));
                }
            } finally {
                for (HttpConnection connection : connections) {
                    connection.close();
                }
            }
            simulator.behaviour(Behaviour.INSTANT);
            assertPays(service);
        }

        @Test
        @Tag("C-7.2")
        @DisplayName("C-7.2 As many new connections wait while the process gets no CPU, and all are answered")
        void burst() throws Exception {
            RunningService service = patient();
            int burst = service.waiting().at("/requests/limit").intValue();
            assumeTrue(longestAcceptQueue() >= burst, "the system lets fewer wait");
            List<String> sent = new ArrayList<>();
            List<HttpConnection> connections = new ArrayList<>();
            try {
                service.signal("STOP");
                try {
                    for (int i = 0; i < burst; i++) {
                        sent.add(key());
                        connections.add(service.connect());
                        connections.getLast().send(service.noted(HttpCall.payment("burst").key(sent.getLast())));
                    }
                } finally {
                    service.signal("CONT");
                }
                for (HttpConnection connection : connections) {
                    assertThat(connection.read("POST").status()).isEqualTo(400);
                }
            } finally {
                for (HttpConnection connection : connections) {
                    connection.close();
                }
            }
            assertThat(sent)
                    .allSatisfy(key -> assertThat(service.line(key).outcome()).isEqualTo("invalid-order-id"));
            assertPays(service);
        }
    }

    @Nested
    @Order(8)
    @DisplayName("C-8 Operation")
    class Operation {

        private final RunningService service = standard();

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
            awaitPays(service);
        }

        @Test
        @Tag("C-8.14")
        @DisplayName("C-8.14 While the database is frozen, readiness is 503 within 5 s and liveness 200; soon well again")
        void frozen() {
            assertPays(service);
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
            awaitPays(service);
        }

        @ParameterizedTest
        @Tag("C-8.2")
        @DisplayName("C-8.2 Actuator has health, info, metrics, prometheus, sbom, threaddump and waiting")
        @ValueSource(strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness",
                "/actuator/info", "/actuator/metrics", "/actuator/metrics/http.server.requests",
                "/actuator/prometheus", "/actuator/sbom", "/actuator/sbom/application",
                "/actuator/threaddump", "/actuator/waiting"})
        void exposed(String path) {
            assertPays(service);
            assertThat(service.manage(path).status()).isEqualTo(200);
        }

        @ParameterizedTest
        @Tag("C-8.3")
        @DisplayName("C-8.3 And nothing else")
        @ValueSource(strings = {"env", "beans", "heapdump", "configprops", "loggers", "shutdown", "mappings",
                "nothing"})
        void notExposed(String endpoint) {
            assertThat(service.manage("/actuator/" + endpoint).status()).isEqualTo(404);
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
            String key = key();
            HttpAnswer answer = service.send(HttpCall.payment(42).key(key));
            assertThat(answer.status()).isEqualTo(200);

            PaymentLine line = service.line(key);

            assertThat(line.text("/@timestamp")).isNotEmpty();
            assertThat(line.text("/ecs/version")).isNotEmpty();
            assertThat(line.text("/log/level")).isEqualTo("INFO");
            assertThat(line.text("/service/name")).isEqualTo(service().name());
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
            String key = key();
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
            assertPays(service);
            simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.HANG, 1));
            String key = key();
            try (HttpConnection connection = service.connect()) {
                connection.send(service.noted(HttpCall.payment(42).key(key)));
                await().atMost(SOON).until(() -> simulator.calls(key) == 1);

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
                if (service().tellsOfItsProcess() && OS.LINUX.isCurrentOs()) {
                    assertThat(now.at("/resources/accept-queue/limit").intValue())
                            .isEqualTo(Math.min(1000, longestAcceptQueue()));
                    assertThat(now.at("/threads/gc-compiler/native").intValue()).isPositive();
                    assertThat(now.at("/contextSwitches/voluntary").longValue()).isPositive();
                    // Of a role whose thread shares its name with no other's in the 15 characters that the kernel keeps.
                    assertThat(now.at("/threadStacks/roles/log-writer/residentBytes").longValue()).isPositive();
                    assertThat(now.at("/threadStacks/roles/log-writer/reservedBytes").longValue())
                            .isGreaterThan(now.at("/threadStacks/roles/log-writer/residentBytes").longValue());
                }
                assertThat(now.has("threads")).isEqualTo(service().tellsOfItsProcess());
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
            for (RunningService signing : signing()) {
                assertTimed(signing, Stream.concat(always.stream(), Stream.of("sign")).toList());
            }
        }

        private void assertTimed(RunningService service, List<String> stages) {
            assertPays(service);
            // An answer may be read before its request is done with.
            await().atMost(SOON).until(() -> {
                Map<String, Double> now = service.meters();
                return Objects.equals(now.get("requests_stage_seconds_count{stage=\"rest\"}"),
                        now.get("requests_stage_seconds_count{stage=\"log\"}"));
            });
            Map<String, Double> before = service.meters();
            for (int i = 0; i < 5; i++) {
                assertPays(service);
            }
            for (String stage : stages) {
                String meter = "requests_stage_seconds_count{stage=\"" + stage + "\"}";
                double expected = before.getOrDefault(meter, 0.0) + 5;
                await(meter).atMost(SOON)
                        .untilAsserted(
                                () -> assertThat(service.meters()).containsEntry(meter, expected));
            }
        }

        @Test
        @Tag("C-8.10")
        @DisplayName("C-8.10 The meters have the same names on every stack")
        void meters() {
            assertPays(service);
            assertThat(service.meters().keySet().stream().map(name -> name.replaceFirst("\\{.*", "")))
                    .contains("requests_in_flight_requests", "requests_in_flight_max_requests",
                            "requests_stage_present_requests", "requests_stage_seconds_bucket", "requests_wait_ratio",
                            "requests_time_seconds_total", "resource_used", "resource_idle", "resource_waiting",
                            "resource_limit", "log_lines_total",
                            "log_append_seconds_sum", "http_server_requests_seconds_bucket",
                            "http_client_requests_seconds_bucket");
            if (service().tellsOfItsProcess()) {
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
            RunningService patient = patient();
            simulator.behaviour(Behaviour.INSTANT.withLatency(Duration.ofMillis(200), Duration.ofMillis(400),
                    Duration.ZERO));
            Map<String, String> traces = new HashMap<>();
            Map<String, Future<HttpAnswer>> answers = new HashMap<>();
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 1; i <= 100; i++) {
                    String key = key();
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
            String key = key();
            assertThat(service.send(HttpCall.payment(42).key(key)).status()).isEqualTo(200);
            String trace = String.valueOf(service.line(key).text("/trace.id"));
            assertThat(trace).matches("[0-9a-f]{32}");
            assertThat(service.exchanges.begun(key).getFirst().header().get("traceparent")).contains("-" + trace + "-");
        }

        @Test
        @Tag("C-8.13")
        @DisplayName("C-8.13 A service that should sign payments and has no secret does not start, and says what to set")
        void signingWithoutSecret() throws Exception {
            try (RunningService unable = new RunningService(service(), backends, "signing-without-secret",
                    Map.of("payment.signing.iterations", "1"))) {
                assertThat(unable.process.awaitEnd(Duration.ofSeconds(60))).as("ends").isTrue();

                assertThat(unable.process.exitCode()).isEqualTo(1);
                assertThat(unable.process.log()).content().contains("payment.signing.secret is missing: set it");
            }
        }
    }

    /** Last, because it ends the service. */
    @Nested
    @Order(9)
    @DisplayName("C-9 Shutdown")
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    class Shutdown {

        @Test
        @Order(1)
        @Tag("C-9.1")
        @DisplayName("C-9.1 SIGTERM: what is in flight is paid, logged and answered; the process ends")
        void graceful() throws Exception {
            RunningService service = patient();
            simulator.behaviour(Behaviour.INSTANT.withLatency(Duration.ofMillis(1_500), Duration.ofMillis(1_500),
                    Duration.ofMillis(1_500)));
            String waiting = key();
            String hungUp = key();
            try (HttpConnection waiter = service.connect(); HttpConnection leaver = service.connect()) {
                waiter.send(service.noted(HttpCall.payment(42).key(waiting)));
                leaver.send(service.noted(HttpCall.payment(43).key(hungUp)));
                await().atMost(SOON).until(() -> simulator.calls(waiting) == 1 && simulator.calls(hungUp) == 1);
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
                assertOneExchange(service, key);
            }
        }

        @Test
        @Order(2)
        @Tag("C-9.2")
        @DisplayName("C-9.2 In the end the books balance: a line for each request, an exchange for each payment line, no key twice")
        void balance() {
            for (RunningService service : running()) {
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
            for (RunningService service : running()) {
                assertThat(service.errors()).as("log of " + service.process).isEmpty();
            }
        }
    }
}
