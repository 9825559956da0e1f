package dev.threeways.contract.rules;

import static dev.threeways.contract.HttpCall.path;
import static dev.threeways.contract.RunningService.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.RunningService;
import dev.threeways.contract.ServiceUnderTest;
import dev.threeways.simulator.Behaviour;
import dev.threeways.simulator.SimulatedOutcome;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C-6: an order is read with one statement, and a failing database is answered 503. */
abstract class DatabaseRules {

    private static final String SELECT = "SELECT id, customer, amount, currency FROM orders WHERE id = $1";

    private final ContractRun run;

    DatabaseRules(ContractRun run) {
        this.run = run;
    }

    @Test
    @Tag("C-6.1")
    @DisplayName("C-6.1 A request is one execution of one SELECT, in no transaction, with no other statement")
    void statements() {
        RunningService service = run.standard();
        assertStatements(service, 20, Duration.ZERO);
    }

    @Test
    @Tag("C-6.2")
    @DisplayName("C-6.2 Also on connections that were idle for a second")
    void statementsAfterIdleness() {
        assertStatements(run.standard(), 3, Duration.ofSeconds(1));
    }

    @Test
    @Tag("C-6.3")
    @DisplayName("C-6.3 An order that does not exist costs the same SELECT; an invalid request none")
    void statementsOfFailures() {
        RunningService service = run.standard();
        int before = service.sql.executed().size();
        assertThat(service.send(HttpCall.payment("abc").key(run.key())).status()).isEqualTo(400);
        assertThat(service.send(HttpCall.payment(1).header("idempotency-key", "")).status()).isEqualTo(400);
        assertThat(service.sql.executed().subList(before, service.sql.executed().size())).doesNotContain(SELECT);
        assertThat(service.send(HttpCall.payment(100_001).key(run.key())).status()).isEqualTo(404);
        assertThat(service.sql.executed().subList(before, service.sql.executed().size())).containsOnlyOnce(SELECT);
    }

    /** Counts over connections that are open already: a driver's statements on opening one are no part of a request. */
    private void assertStatements(RunningService service, int requests, Duration pause) {
        for (int attempt = 1;; attempt++) {
            awaitQuiet(service);
            run.assertPays(service);
            int accepted = service.database.accepted();
            int before = service.sql.executed().size();
            for (int i = 0; i < requests; i++) {
                if (!pause.isZero()) {
                    await().pollDelay(pause).until(() -> true); // the test is about idleness
                }
                run.assertPays(service);
            }
            List<String> all = service.sql.executed();
            if (service.database.accepted() == accepted || attempt == 5) {
                boolean idleAreTested = run.service.has(ServiceUnderTest.Difference.TESTS_IDLE_CONNECTIONS);
                assertThat(all.subList(before, all.size())).filteredOn(sql -> !(sql.isEmpty() && idleAreTested))
                        .containsOnly(SELECT)
                        .hasSize(requests);
                return;
            }
        }
    }

    /** Waits until the pool has replaced the connections that another test has cut, and initialized them. */
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
        RunningService service = run.tight();
        run.simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.HANG, 1));
        String hanging = run.key();
        try (HttpConnection connection = service.connect()) {
            connection.send(service.noted(HttpCall.payment(1).key(hanging)));
            await().atMost(SOON).until(() -> run.simulator.calls(hanging) == 1);
            run.simulator.behaviour(Behaviour.INSTANT);

            run.assertPays(service);

            assertThat(connection.hasAnswer()).as("the first is still paying").isFalse();
            assertThat(connection.read("POST").status()).isEqualTo(504);
        }
    }

    @Test
    @Tag("C-6.5")
    @DisplayName("C-6.5 No pooled connection within its time-out is answered 503 with Retry-After; so is a read that takes too long")
    void poolExhausted() throws Exception {
        RunningService service = run.tight();
        run.assertPays(service);
        String holder = run.key();
        String waiter = run.key();
        try (Connection administrator = run.backends.database().connectAsAdministrator();
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
            run.assertNoExchange(service, key);
        }
        run.awaitPays(service);
    }

    @Test
    @Tag("C-6.6")
    @DisplayName("C-6.6 A database that is down is answered 503 with Retry-After; when it is back, so is the service")
    void down() {
        RunningService service = run.standard();
        run.assertPays(service);
        service.database.refuse();
        service.database.cut();
        for (int i = 0; i < 3; i++) {
            String key = run.key();
            assertThat(service.send(HttpCall.payment(42).key(key)))
                    .isEqualTo(Expected.ordersUnavailable(key, path(42)));
            assertThat(service.line(key).outcome()).isEqualTo("orders-unavailable");
            run.assertNoExchange(service, key);
        }

        service.database.open();

        run.awaitPays(service);
    }

    @Test
    @Tag("C-6.7")
    @DisplayName("C-6.7 A database that no longer answers, over connections that look alive, is answered 503, too")
    void stalled() {
        RunningService service = run.standard();
        run.assertPays(service);
        service.database.stall();
        String key = run.key();

        HttpAnswer answer = service.send(HttpCall.payment(42).key(key));

        assertThat(answer).isEqualTo(Expected.ordersUnavailable(key, path(42)));
        assertThat(service.line(key).outcome()).isEqualTo("orders-unavailable");
        run.assertNoExchange(service, key);
        service.database.open();
        run.awaitPays(service);
    }

    @Test
    @Tag("C-6.8")
    @DisplayName("C-6.8 Connections the server has ended, as when it restarts: 503 at worst, and soon well again")
    void terminated() throws SQLException {
        RunningService service = run.standard();
        run.assertPays(service);
        try (Connection administrator = run.backends.database().connectAsAdministrator();
                Statement statement = administrator.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'order_reader'");
        }
        await("three payments in a row").atMost(SOON).until(() -> IntStream.range(0, 3).allMatch(_ -> {
            String key = run.key();
            HttpAnswer answer = service.send(HttpCall.payment(42).key(key));
            assertThat(answer.status()).isIn(200, 503);
            if (answer.status() == 503) {
                assertThat(answer).isEqualTo(Expected.ordersUnavailable(key, path(42)));
                run.assertNoExchange(service, key);
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
        DatabaseAddress reader = run.backends.database().reader();
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
