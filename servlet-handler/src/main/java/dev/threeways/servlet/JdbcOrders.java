package dev.threeways.servlet;

import dev.threeways.payment.Order;
import dev.threeways.telemetry.RequestClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** The view {@code orders}, through JDBC. A connection is held for the one statement only, in auto-commit mode. */
class JdbcOrders {

    private static final String FIND = "SELECT id, customer, amount, currency FROM orders WHERE id = ?";

    private final JdbcTemplate jdbc;

    JdbcOrders(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** @throws org.springframework.dao.DataAccessException if no connection came free in time, or the read failed */
    Optional<Order> find(long id, RequestClock clock) {
        clock.enter(PaymentStage.CONNECTION);
        return Optional.ofNullable(jdbc.execute((Connection connection) -> {
            clock.enter(PaymentStage.READ);
            return read(id, connection);
        }));
    }

    private static @Nullable Order read(long id, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? order(row) : null;
            }
        }
    }

    private static Order order(ResultSet row) throws SQLException {
        return new Order(row.getLong(1), row.getString(2), row.getBigDecimal(3), row.getString(4));
    }
}
