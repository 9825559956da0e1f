package dev.threeways.backends;

import dev.threeways.lab.process.FreePorts;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.ProcessFailedException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A service of any framework as a JVM of its own, with its port on loopback. It is started with the properties that
 * every Spring Boot application understands. Pools and limits are its own; nothing sets them.
 */
public final class SpringService implements AutoCloseable {

    private final JvmProcess process;

    private final int port;

    private final int managementPort;

    private SpringService(JvmProcess process, int port, int managementPort) {
        this.process = process;
        this.port = port;
        this.managementPort = managementPort;
    }

    /**
     * Settings to start a service.
     *
     * @param name for messages
     * @param jar an executable jar
     * @param commandPrefix in front of {@code java}; may be empty
     * @param properties beside those of address, database and payment API; one of the same name replaces it
     */
    public record Launch(String name, Path jar, List<String> commandPrefix, List<String> jvmOptions, int port,
            int managementPort, DatabaseAddress database, URI payments, Map<String, String> properties, Path log) {

        /** Uses two free ports. */
        public static Launch of(String name, Path jar, List<String> jvmOptions, DatabaseAddress database, URI payments,
                Map<String, String> properties, Path log) {
            return new Launch(name, jar, List.of(), jvmOptions, FreePorts.next(), FreePorts.next(), database, payments,
                    properties, log);
        }

        /** Returns at once. */
        public SpringService start() {
            Map<String, String> all = new TreeMap<>(Map.of(
                    "server.port", Integer.toString(port),
                    "server.address", "127.0.0.1",
                    "management.server.port", Integer.toString(managementPort),
                    "spring.datasource.url", database.jdbcUrl(),
                    "spring.datasource.username", database.user(),
                    "spring.datasource.password", database.password()));
            all.putAll(Map.of("spring.r2dbc.url", database.r2dbcUrl(),
                    "spring.r2dbc.username", database.user(),
                    "spring.r2dbc.password", database.password(),
                    "payment.base-url", payments.toString()));
            all.putAll(properties);
            JvmProcess process = JvmProcess.builder(name)
                    .commandPrefix(commandPrefix)
                    .jvmOptions(jvmOptions)
                    .jar(jar)
                    .args(all.entrySet().stream().map(each -> "--" + each.getKey() + "=" + each.getValue()).toList())
                    .log(log)
                    .start();
            return new SpringService(process, port, managementPort);
        }
    }

    /**
     * Waits for its readiness probe. The service keeps running if that fails.
     *
     * @throws ProcessFailedException if it dies before, or takes longer
     */
    public void awaitReady(Duration atMost) throws ProcessFailedException, InterruptedException {
        process.awaitReady(management().resolve("/actuator/health/readiness"), atMost);
    }

    public JvmProcess process() {
        return process;
    }

    public int port() {
        return port;
    }

    public int managementPort() {
        return managementPort;
    }

    /** Address of Actuator. */
    public URI management() {
        return URI.create("http://127.0.0.1:" + managementPort);
    }

    @Override
    public void close() {
        process.close();
    }
}
