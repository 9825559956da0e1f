package dev.threeways.servlet;

import dev.threeways.payment.Order;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Table {@code orders}, through JDBC. A connection is held for the one statement only, in auto-commit mode. */
class JdbcOrders {

    private static final String FIND = "SELECT id, customer, amount, currency FROM orders WHERE id = ?";

    private final JdbcClient jdbc;

    JdbcOrders(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @throws org.springframework.dao.DataAccessException if no connection came free in time, or the read failed */
    Optional<Order> find(long id) {
        return jdbc.sql(FIND).param(id).query(JdbcOrders::order).optional();
    }

    private static Order order(ResultSet row, int index) throws SQLException {
        return new Order(row.getLong(1), row.getString(2), row.getBigDecimal(3), row.getString(4));
    }
}
