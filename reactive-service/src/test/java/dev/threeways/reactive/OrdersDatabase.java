package dev.threeways.reactive;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A PostgreSQL with the orders, shared by all tests of this JVM and stopped with it. */
final class OrdersDatabase {

    private static final Path SCRIPTS = Path.of("..", "ops", "database");

    private static final EmbeddedPostgres POSTGRES = start();

    private OrdersDatabase() {}

    private static EmbeddedPostgres start() {
        try {
            var postgres = EmbeddedPostgres.builder().start();
            execute(postgres.getPostgresDatabase().getConnection(), "CREATE DATABASE orders");
            for (var script : List.of("01-schema.sql", "02-orders.sql", "03-reader.sql")) {
                for (var statement : Files.readString(SCRIPTS.resolve(script))
                        .replaceAll("(?m)--.*$", "")
                        .split(";",
                                -1)) {
                    if (!statement.isBlank()) {
                        execute(postgres.getDatabase("postgres", "orders").getConnection(), statement);
                    }
                }
            }
            return postgres;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(Connection connection, String statement) throws SQLException {
        try (connection; var sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    static int port() {
        return POSTGRES.getPort();
    }

    static String url() {
        return "r2dbc:postgresql://localhost:" + port() + "/orders";
    }

    /** Connection with all rights. */
    static Connection administrator() throws SQLException {
        return POSTGRES.getDatabase("postgres", "orders").getConnection();
    }
}
