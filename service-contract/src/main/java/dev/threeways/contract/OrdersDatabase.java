package dev.threeways.contract;

import dev.threeways.backends.DatabaseAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.testcontainers.DockerClientFactory;

/**
 * The PostgreSQL of a test run, set up from ops/database: a container where an engine runs, else an embedded server.
 * System property {@value #PROPERTY} ({@code auto}, {@code testcontainers}, {@code embedded}) overrides this.
 */
public interface OrdersDatabase extends AutoCloseable {

    String PROPERTY = "contract.postgres";

    /** The services' login. */
    DatabaseAddress reader();

    /** The superuser. */
    DatabaseAddress administrator();

    @Override
    void close();

    /** Starts the right one here, and logs which. */
    static OrdersDatabase start() {
        String choice = System.getProperty(PROPERTY, "auto");
        boolean container = switch (choice) {
            case "auto" -> DockerClientFactory.instance().isDockerAvailable();
            case "testcontainers" -> true;
            case "embedded" -> false;
            default -> throw new IllegalArgumentException(
                    "-D" + PROPERTY + "=" + choice + ": it is auto, testcontainers or embedded");
        };
        OrdersDatabase database = container ? new ContainerOrders() : new EmbeddedOrders();
        System.out.println("Contract: PostgreSQL by " + database + " (-D" + PROPERTY + "=" + choice + ")");
        return database;
    }

    /** A connection of the superuser's own, not seen by the services' relay. */
    default Connection connectAsAdministrator() throws SQLException {
        DatabaseAddress address = administrator();
        return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
    }
}
