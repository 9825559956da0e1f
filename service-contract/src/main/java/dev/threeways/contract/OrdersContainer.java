package dev.threeways.contract;

import dev.threeways.backends.DatabaseScripts;
import java.nio.charset.StandardCharsets;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * PostgreSQL in a container, which runs the files of ops/database at its first start, as in Compose. It presents the
 * services' role as its user, so that {@code @ServiceConnection} connects like the services, not as the superuser.
 */
public final class OrdersContainer extends PostgreSQLContainer {

    /** The version of the embedded server. */
    private static final DockerImageName IMAGE = DockerImageName.parse("postgres:18.6");

    public static final String ADMINISTRATOR = "postgres";

    public static final String ADMINISTRATOR_PASSWORD = "postgres";

    private static final String READER = "order_reader";

    public OrdersContainer() {
        super(IMAGE);
        withDatabaseName("orders").withUsername(ADMINISTRATOR).withPassword(ADMINISTRATOR_PASSWORD);
        for (DatabaseScripts.Script script : DatabaseScripts.all()) {
            withCopyToContainer(Transferable.of(script.sql().getBytes(StandardCharsets.UTF_8)),
                    "/docker-entrypoint-initdb.d/" + script.name());
        }
        // Equal to the embedded server, where it matters.
        setCommand("postgres", "-c", "max_connections=200", "-c", "shared_buffers=128MB");
    }

    @Override
    public String getUsername() {
        return READER;
    }

    @Override
    public String getPassword() {
        return READER;
    }
}
