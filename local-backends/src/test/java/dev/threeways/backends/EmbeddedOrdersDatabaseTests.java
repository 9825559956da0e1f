package dev.threeways.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedOrdersDatabaseTests {

    @TempDir
    private static Path directory;

    private static EmbeddedOrdersDatabase database;

    @BeforeAll
    static void start() {
        database = EmbeddedOrdersDatabase.start(settings());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static EmbeddedOrdersDatabase.Settings settings() {
        return EmbeddedOrdersDatabase.Settings.defaults().withDirectory(directory.resolve("postgres"));
    }

    @Test
    void holdsTheSeededOrders() throws SQLException {
        assertThat(query(database.reader(), "SELECT count(*) FROM orders")).isEqualTo("100000");
        assertThat(query(database.reader(), "SELECT amount || ' ' || currency FROM orders WHERE id = 42"))
                .isEqualTo("326.98 GBP");
    }

    @Test
    void isPostgres18WithTheStatedSettings() throws SQLException {
        assertThat(query(database.administrator(), "SHOW server_version")).startsWith("18.");
        assertThat(query(database.administrator(), "SHOW max_connections")).isEqualTo("200");
        assertThat(query(database.administrator(), "SHOW fsync")).isEqualTo("on");
        assertThat(query(database.administrator(), "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    }

    @Test
    void givesTheReaderNothingButOrdersToRead() {
        for (String forbidden : new String[]{"DELETE FROM orders", "UPDATE orders SET amount = 1",
                "INSERT INTO orders VALUES (100001, 'x', 1, 'EUR')", "DROP VIEW orders", "SELECT * FROM order_rows",
                "TRUNCATE order_rows", "CREATE TABLE t ()"}) {
            assertThatThrownBy(() -> execute(database.reader(), forbidden)).as(forbidden)
                    .isInstanceOf(SQLException.class)
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("42501");
        }
    }

    @Test
    void readsByPrimaryKeyUseTheIndex() throws SQLException {
        try (Connection connection = connect(database.reader());
                Statement statement = connection.createStatement();
                ResultSet plan = statement
                        .executeQuery("EXPLAIN SELECT id, customer, amount, currency FROM orders WHERE id = 42")) {
            List<String> lines = new ArrayList<>();
            while (plan.next()) {
                lines.add(plan.getString(1));
            }
            assertThat(lines).anyMatch(line -> line.contains("Index Scan using order_rows_pkey"))
                    .anyMatch(line -> line.contains("One-Time Filter"));
        }
    }

    @Test
    void letsReadsWaitOverOpenConnectionsAndNewOnes() throws Exception {
        Duration wait = Duration.ofMillis(300);
        try (Connection before = connect(database.reader())) {
            database.setReadWait(wait);
            await().untilAsserted(() -> assertThat(readWait(before)).isEqualTo("0.300000000"));
            assertThat(timeOf(before, "SELECT amount FROM orders WHERE id = 42")).isGreaterThanOrEqualTo(wait);
            try (Connection after = connect(database.reader())) {
                assertThat(timeOf(after, "SELECT amount FROM orders WHERE id = 100001")).as("no such order")
                        .isGreaterThanOrEqualTo(wait);
                assertThat(timeOf(after, "SELECT count(*) FROM orders")).as("once: four would be over the time-out")
                        .isGreaterThanOrEqualTo(wait);
            }
            database.setReadWait(Duration.ZERO);
            await().untilAsserted(() -> assertThat(readWait(before)).isEqualTo("0.000000000"));
        } finally {
            database.setReadWait(Duration.ZERO);
        }
    }

    @Test
    void endsAReadThatWaitsTooLong() throws Exception {
        database.setReadWait(Duration.ofSeconds(30));
        try {
            assertThatThrownBy(() -> query(database.reader(), "SELECT amount FROM orders WHERE id = 42"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("statement timeout");
        } finally {
            database.setReadWait(Duration.ZERO);
        }
    }

    @Test
    void refusesANegativeWait() {
        assertThatIllegalArgumentException().isThrownBy(() -> database.setReadWait(Duration.ofMillis(-1)))
                .withMessageContaining("PT-0.001S");
    }

    @Test
    void asksTheReaderForThePassword() {
        DatabaseAddress right = database.reader();
        DatabaseAddress wrong = new DatabaseAddress(right.host(), right.port(), right.database(), right.user(),
                "guess");

        assertThatThrownBy(() -> execute(wrong, "SELECT 1")).isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void stopsAndComesBackOnTheSamePortWithItsData() throws SQLException {
        long pid = database.pid();

        database.stop();
        assertThatThrownBy(() -> execute(database.reader(), "SELECT 1")).isInstanceOf(SQLException.class)
                .hasMessageContaining("refused");
        assertThatThrownBy(() -> database.pid()).isInstanceOf(IllegalStateException.class);

        database.restart();
        assertThat(database.pid()).isNotEqualTo(pid);
        assertThat(query(database.reader(), "SELECT count(*) FROM orders")).isEqualTo("100000");
    }

    @Test
    void namesAPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedOrdersDatabase.start(settings().withPort(taken.getLocalPort())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void leavesNothingBehindWhenItIsClosed() {
        EmbeddedOrdersDatabase other = EmbeddedOrdersDatabase.start(settings());
        ProcessHandle server = ProcessHandle.of(other.pid()).orElseThrow();
        Path files = other.log().getParent();
        assertThat(files).exists();

        other.close();

        assertThat(server.isAlive()).isFalse();
        assertThat(files).doesNotExist();
        assertThat(ProcessHandle.of(database.pid())).as("the other database of this JVM").isPresent();
    }

    private static String query(DatabaseAddress address, String sql) throws SQLException {
        try (Connection connection = connect(address);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static @Nullable String readWait(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('threeways.read_wait_seconds', true)")) {
            row.next();
            return row.getString(1);
        }
    }

    private static Duration timeOf(Connection connection, String sql) throws SQLException {
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement(); ResultSet _ = statement.executeQuery(sql)) {
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    private static void execute(DatabaseAddress address, String sql) throws SQLException {
        try (Connection connection = connect(address); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(DatabaseAddress address) throws SQLException {
        return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
    }
}
