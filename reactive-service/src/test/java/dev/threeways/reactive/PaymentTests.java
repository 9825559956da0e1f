package dev.threeways.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handler, through the whole application: its answers, log lines and requests to the payment API. */
class PaymentTests {

    private static StubPaymentApi paymentApi;

    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        paymentApi = new StubPaymentApi();
        // nothing here is about long waits, and the machine may be busy
        service = RunningService.start(paymentApi, "--payment.response-timeout=30s",
                "--spring.r2dbc.pool.max-acquire-time=30s");
    }

    @AfterAll
    static void stop() {
        service.close();
        paymentApi.close();
    }

    @BeforeEach
    void forget() {
        paymentApi.calls().clear();
        paymentApi.answer(StubPaymentApi.APPROVE);
        service.listen();
    }

    @Test
    void paysAnOrder() throws Exception {
        var response = service.pay("42", "Idempotency-Key", "key-1");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().allValues("Content-Type")).containsExactly("application/json");
        assertThat(response.headers().allValues("Idempotency-Key")).containsExactly("key-1");
        assertThat(response.body()).isEqualTo(
                "{\"orderId\":42,\"paymentId\":\"pay-1\",\"status\":\"approved\",\"amount\":326.98,\"currency\":\"GBP\"}");
        assertThat(service.outcomes()).containsExactly("paid");
        assertThat(paymentApi.calls()).singleElement().satisfies(call -> {
            assertThat(call.head()).startsWith("POST /payments HTTP/1.1\r\n");
            assertThat(call.key()).isEqualTo("key-1");
            assertThat(call.body()).isEqualTo("{\"orderId\":42,\"amount\":326.98,\"currency\":\"GBP\"}");
        });
    }

    @Test
    void keepsBothDecimalsOfARoundAmount() throws Exception {
        // order 99900: (99900 * 7919 mod 100000 + 100) / 100 = 82.00
        assertThat(service.pay("99900").body()).contains("\"amount\":82.00");
        assertThat(paymentApi.calls().getFirst().body()).contains("\"amount\":82.00");
    }

    @Test
    void givesACallerWithoutAKeyAFreshOne() throws Exception {
        var first = service.pay("1").headers().firstValue("Idempotency-Key").orElseThrow();
        var second = service.pay("1").headers().firstValue("Idempotency-Key").orElseThrow();

        assertThat(first).isNotEqualTo(second);
        assertThat(UUID.fromString(first)).isNotNull();
        assertThat(paymentApi.calls()).extracting(StubPaymentApi.Call::key).containsExactly(first, second);
    }

    @Test
    void saysThatAPaymentWasDeclined() throws Exception {
        paymentApi.answer(StubPaymentApi.DECLINE);

        var response = service.pay("7", "Idempotency-Key", "key-1");

        assertProblem(response, 402, "payment-declined");
        assertThat(response.headers().allValues("Idempotency-Key")).containsExactly("key-1");
        assertThat(service.outcomes()).containsExactly("declined");
    }

    @Test
    void knowsNoSuchOrder() throws Exception {
        assertProblem(service.pay("100001"), 404, "order-not-found");
        assertThat(service.outcomes()).containsExactly("order-not-found");
        assertThat(paymentApi.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "0", "-1", "+1", "9223372036854775808", "1.0", "a%20b", "%D9%A1"})
    void turnsAwayWhatIsNoOrderId(String orderId) throws Exception {
        var response = service.pay(orderId);

        assertProblem(response, 400, "invalid-order-id");
        assertThat(response.body()).contains("\"instance\":\"/orders/" + orderId + "/payment\"");
        assertThat(service.outcomes()).containsExactly("invalid-order-id");
    }

    @Test
    void turnsAwayWhatIsNoIdempotencyKey() throws Exception {
        var response = service.pay("1", "Idempotency-Key", "a b");
        assertProblem(response, 400, "invalid-idempotency-key");
        assertThat(response.headers().firstValue("Idempotency-Key")).isEmpty();
        assertProblem(service.pay("1", "Idempotency-Key", "a", "Idempotency-Key", "b"), 400, "invalid-idempotency-key");
        assertThat(service.outcomes()).containsExactly("invalid-idempotency-key", "invalid-idempotency-key");
        assertThat(paymentApi.calls()).isEmpty();
    }

    @Test
    void aKeyMayHaveACommaInIt() throws Exception {
        assertThat(service.pay("1", "Idempotency-Key", "a,b").statusCode()).isEqualTo(200);
        assertThat(paymentApi.calls()).singleElement().extracting(StubPaymentApi.Call::key).isEqualTo("a,b");
    }

    @Test
    void answersManyAtOnce() throws Exception {
        var release = new CountDownLatch(1);
        paymentApi.answer(StubPaymentApi.held(release, StubPaymentApi.APPROVE));
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var responses = new ArrayList<Future<HttpResponse<String>>>();
            for (int id = 1; id <= 200; id++) {
                var orderId = Integer.toString(id);
                responses.add(callers.submit(() -> service.pay(orderId)));
            }
            await().until(() -> paymentApi.calls().size() == 200);
            assertThat(service.inFlight()).isEqualTo(200);
            release.countDown();
            for (int id = 1; id <= 200; id++) {
                assertThat(responses.get(id - 1).get().body()).contains("\"orderId\":" + id + ",");
            }
        }
        assertThat(service.outcomes()).hasSize(200).containsOnly("paid");
        await().until(() -> service.inFlight() == 0);
    }

    @Test
    void doesNotMindThatTheDatabaseClosedItsConnections() throws Exception {
        service.pay("1");
        try (var connection = OrdersDatabase.administrator(); var sql = connection.createStatement()) {
            sql.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'order_reader'");
            await().until(() -> {
                try (var left = sql
                        .executeQuery("SELECT count(*) FROM pg_stat_activity WHERE usename = 'order_reader'")) {
                    return left.next() && left.getInt(1) == 0;
                }
            });
        }
        for (int i = 0; i < 20; i++) {
            assertThat(service.pay("1").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aStatementThatTheDatabaseEndsLeavesOrdersUnavailable() throws Exception {
        try (var lock = OrdersDatabase.administrator(); var sql = lock.createStatement()) {
            lock.setAutoCommit(false);
            sql.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");

            var response = service.pay("1");

            assertProblem(response, 503, "orders-unavailable");
            assertThat(response.headers().allValues("Retry-After")).containsExactly("1");
        }
        assertThat(service.outcomes()).containsExactly("orders-unavailable");
        assertThat(paymentApi.calls()).isEmpty();
        assertThat(service.pay("1").statusCode()).isEqualTo(200);
    }

    @Test
    void aStatementThatTakesLongerThanTheReadTimeoutGivesItsConnectionUp() throws Exception {
        try (var impatient = RunningService.start(paymentApi, "--orders.read-timeout=200ms",
                "--spring.r2dbc.pool.max-size=1")) {
            assertThat(impatient.pay("1").statusCode()).isEqualTo(200);
            int before = readerPid();
            try (var lock = OrdersDatabase.administrator(); var sql = lock.createStatement()) {
                lock.setAutoCommit(false);
                sql.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
                assertProblem(impatient.pay("1"), 503, "orders-unavailable");
            }
            assertThat(impatient.pay("1").statusCode()).isEqualTo(200);
            assertThat(impatient.outcomes()).containsExactly("paid", "orders-unavailable", "paid");
            assertThat(readerPid()).isNotEqualTo(before);
        }
    }

    /** The server process of the last-opened connection that reads orders. */
    private static int readerPid() throws SQLException {
        try (var connection = OrdersDatabase.administrator();
                var sql = connection.createStatement();
                var row = sql.executeQuery("SELECT pid FROM pg_stat_activity WHERE usename = 'order_reader'"
                        + " ORDER BY backend_start DESC LIMIT 1")) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        }
    }

    @Test
    void withAPoolOfOneAHangingPaymentHindersNoRead() throws Exception {
        var release = new CountDownLatch(1);
        paymentApi.answer(StubPaymentApi.held(release, StubPaymentApi.APPROVE));
        try (var narrow = RunningService.start(paymentApi, "--spring.r2dbc.pool.max-size=1");
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var hanging = callers.submit(() -> narrow.pay("1"));
            await().until(() -> paymentApi.calls().size() == 1);

            assertProblem(narrow.pay("100001"), 404, "order-not-found");

            release.countDown();
            assertThat(hanging.get().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void withoutAFreeConnectionOrdersAreUnavailable() throws Exception {
        try (var narrow = RunningService.start(paymentApi, "--spring.r2dbc.pool.max-size=1",
                "--spring.r2dbc.pool.max-acquire-time=100ms");
                var callers = Executors.newVirtualThreadPerTaskExecutor();
                var lock = OrdersDatabase.administrator();
                var sql = lock.createStatement()) {
            assertThat(narrow.pay("1").statusCode()).isEqualTo(200);
            lock.setAutoCommit(false);
            sql.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
            var reading = callers.submit(() -> narrow.pay("1"));
            await().until(() -> narrow.inFlight() == 1);

            assertProblem(narrow.pay("2"), 503, "orders-unavailable");

            lock.rollback();
            assertThat(reading.get().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void startsWithoutADatabaseAndSaysThatItIsNotReady() throws Exception {
        int nobody;
        try (var socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        try (var lonely = RunningService.start(paymentApi,
                "--spring.r2dbc.url=r2dbc:postgresql://localhost:" + nobody + "/orders")) {
            assertProblem(lonely.pay("1"), 503, "orders-unavailable");
            assertThat(lonely.get(lonely.management("/actuator/health/readiness")).statusCode()).isEqualTo(503);
            assertThat(lonely.get(lonely.management("/actuator/health/liveness")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shedsWhatIsBeyondTheLimitAtOnce() throws Exception {
        var release = new CountDownLatch(1);
        paymentApi.answer(StubPaymentApi.held(release, StubPaymentApi.APPROVE));
        try (var small = RunningService.start(paymentApi, "--requests.max-in-flight=1");
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var admitted = callers.submit(() -> small.pay("1"));
            await().until(() -> paymentApi.calls().size() == 1);

            var shed = small.pay("2", "Idempotency-Key", "key-2");

            assertProblem(shed, 503, "overloaded");
            assertThat(shed.headers().allValues("Retry-After")).containsExactly("1");
            assertThat(shed.headers().allValues("Idempotency-Key")).containsExactly("key-2");
            assertThat(small.outcomes()).containsExactly("overloaded");
            release.countDown();
            assertThat(admitted.get().statusCode()).isEqualTo(200);
            await().until(() -> small.inFlight() == 0);
            assertThat(small.pay("2").statusCode()).isEqualTo(200);
        }
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(response.body()).contains("\"type\":\"urn:problem-type:three-ways:" + type + "\"",
                "\"status\":" + status);
    }
}
