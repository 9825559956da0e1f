package dev.threeways.comparison.run;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.process.JvmOptions;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.ProcessFailedException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A service of whatever make, started with the properties every Spring Boot application understands. */
public final class ServiceProcess implements AutoCloseable {

    /** On a slow machine that starts several at once a minute is not enough. */
    private static final Duration READY_LIMIT = Duration.ofMinutes(3);

    /** Above the services' own 10 s for requests in flight. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    /** 128 + SIGTERM. */
    private static final int TERMINATED = 143;

    private final JvmProcess process;

    private final URI baseUrl;

    private final URI management;

    private ServiceProcess(JvmProcess process, URI baseUrl, URI management) {
        this.process = process;
        this.baseUrl = baseUrl;
        this.management = management;
    }

    /** Returns when the service is ready. Tells it nothing about pools and limits: those are its own. */
    public static ServiceProcess start(StackSpec stack, Settings settings, Backends backends, int port,
            int managementPort,
            List<String> extraJvmOptions, Path log) throws ProcessFailedException, InterruptedException {
        List<String> options = new ArrayList<>(JvmOptions.service(settings.heap(), settings.cpus().service().size()));
        options.addAll(extraJvmOptions);
        JvmProcess process = JvmProcess.builder("service '" + stack.label() + "'")
                .jvmOptions(options)
                .commandPrefix(settings.cpus().servicePrefix())
                .jar(stack.jar())
                .args(arguments(stack, settings, backends, port, managementPort))
                .log(log)
                .start();
        ServiceProcess service = new ServiceProcess(process, URI.create("http://127.0.0.1:" + port),
                URI.create("http://127.0.0.1:" + managementPort));
        try {
            process.awaitReady(service.management.resolve("/actuator/health/readiness"), READY_LIMIT);
            return service;
        } catch (ProcessFailedException | InterruptedException | RuntimeException e) {
            service.close();
            throw e;
        }
    }

    private static List<String> arguments(StackSpec stack, Settings settings, Backends backends, int port,
            int managementPort) {
        DatabaseAddress database = backends.database();
        List<String> arguments = new ArrayList<>(
                List.of("--server.port=" + port, "--server.address=127.0.0.1",
                        "--management.server.port=" + managementPort,
                        "--management.server.address=127.0.0.1",
                        "--spring.datasource.url=" + database.jdbcUrl(),
                        "--spring.datasource.username=" + database.user(),
                        "--spring.datasource.password=" + database.password(),
                        "--spring.r2dbc.url=" + database.r2dbcUrl(),
                        "--spring.r2dbc.username=" + database.user(),
                        "--spring.r2dbc.password=" + database.password(),
                        "--payment.base-url=" + backends.paymentUrl()));
        Map<String, String> properties = new LinkedHashMap<>();
        if (settings.paymentUrl() != null) { // nobody knows whether it returns a request's key
            properties.put("payment.answer-key", "if-present");
        }
        properties.putAll(stack.propertiesOver(settings.scenario().service()));
        properties.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        return arguments;
    }

    JvmProcess process() {
        return process;
    }

    URI baseUrl() {
        return baseUrl;
    }

    /** Where Actuator is. */
    URI management() {
        return management;
    }

    /** @throws ProcessFailedException if it has died */
    public void requireAlive(String when) throws ProcessFailedException {
        if (!process.isAlive()) {
            throw process.failure("died " + when + " with exit code " + process.exitCode());
        }
    }

    /**
     * Lets it finish what is in flight.
     *
     * @return whether it did, by itself
     */
    boolean stopGracefully() {
        int exitCode = process.stop(STOP_LIMIT);
        return exitCode == TERMINATED || exitCode == 0;
    }

    @Override
    public void close() {
        process.close();
    }
}
