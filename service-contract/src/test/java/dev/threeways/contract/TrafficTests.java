package dev.threeways.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.backends.DatabaseAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficTests {

    @Test
    void readsStatementsAndTransactionsOfARealDriver() throws SQLException {
        SqlTraffic sql = new SqlTraffic();
        try (EmbeddedOrders database = new EmbeddedOrders();
                Relay relay = Relay.to("127.0.0.1", database.reader().port(), sql::tap)) {
            DatabaseAddress address = database.reader().at("127.0.0.1", relay.port());
            try (Connection connection = DriverManager.getConnection(address.jdbcUrl(), address.user(),
                    address.password())) {
                int before = sql.executed().size(); // the driver's own statements on a new connection
                try (PreparedStatement select = connection.prepareStatement("SELECT ? + 1")) {
                    for (int i = 0; i < 7; i++) { // from the fifth on, prepared by name on the server
                        select.setInt(1, i);
                        select.execute();
                    }
                }
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SELECT 1");
                }
                connection.commit();
                connection.setAutoCommit(true);
                assertThat(connection.isValid(1)).isTrue();

                List<String> executed = sql.executed().subList(before, sql.executed().size());
                assertThat(executed).containsExactly("SELECT $1 + 1", "SELECT $1 + 1", "SELECT $1 + 1", "SELECT $1 + 1",
                        "SELECT $1 + 1", "SELECT $1 + 1", "SELECT $1 + 1", "BEGIN", "SELECT 1", "COMMIT", "");
            }
        }
    }

    @Test
    void readsExchangesInPiecesInARowAndChunked() {
        PaymentTraffic traffic = new PaymentTraffic();
        Tap tap = traffic.tap();
        String requests = "POST /payments HTTP/1.1\r\nIdempotency-Key: a\r\nContent-Length: 2\r\n\r\n{}"
                + "POST /payments HTTP/1.1\r\nidempotency-key: b\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n" + "POST /payments HTTP/1.1\r\nIdempotency-Key: a\r\n\r\n";
        for (byte each : requests.getBytes(StandardCharsets.US_ASCII)) {
            tap.fromClient(new byte[]{each}, 1);
        }

        assertThat(traffic.begun()).isEqualTo(3);
        assertThat(traffic.begun("a")).hasSize(2);
        assertThat(traffic.begun("b").getFirst().body()).isEqualTo("{}");
    }
}
