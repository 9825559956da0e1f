package dev.threeways.contract.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.OrdersContainer;
import dev.threeways.simulator.Behaviour;
import dev.threeways.simulator.PaymentSimulator;
import dev.threeways.simulator.SimulatorSettings;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * A service finds a containerised PostgreSQL by Spring Boot's service connections, with JDBC as with R2DBC. Runs in the
 * test's JVM, where service connections work, and is skipped where no container engine runs.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {"management.server.port=0",
        // Time for the first request of a cold JVM, on a machine busy with a starting container.
        "spring.datasource.hikari.connection-timeout=15000", "spring.r2dbc.pool.max-acquire-time=15s",
        "payment.connect-timeout=15s", "payment.response-timeout=15s"})
@Testcontainers(disabledWithoutDocker = true)
public abstract class ServiceConnectionContract {

    @Container
    @ServiceConnection
    static final OrdersContainer database = new OrdersContainer();

    private static final PaymentSimulator simulator = PaymentSimulator
            .start(SimulatorSettings.DEFAULT.withPort(0).withBehaviour(Behaviour.INSTANT));

    @Value("${local.server.port}")
    private int port;

    @DynamicPropertySource
    static void payment(DynamicPropertyRegistry properties) {
        properties.add("payment.base-url", simulator::baseUrl);
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    @Test
    @Tag("C-10.1")
    @DisplayName("C-10.1 With a service connection to a container, an order is paid, read by the role that may only read")
    void pays() throws IOException, SQLException {
        try (HttpConnection connection = HttpConnection.open(port)) {
            HttpAnswer answer = connection.exchange(HttpCall.payment(42).key("service-connection"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).contains("\"orderId\":42").contains("\"amount\":326.98");
        }
        assertThat(simulator.calls("service-connection")).isEqualTo(1);
        assertThat(users()).containsOnly("order_reader");
    }

    /** Users of all database sessions but this one. */
    private static List<String> users() throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.getJdbcUrl(), OrdersContainer.ADMINISTRATOR,
                OrdersContainer.ADMINISTRATOR_PASSWORD);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT usename FROM pg_stat_activity "
                        + "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")) {
            List<String> users = new ArrayList<>();
            while (rows.next()) {
                users.add(rows.getString(1));
            }
            return users;
        }
    }
}
