package dev.threeways.comparison.run;

import dev.threeways.backends.SpringService;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.process.JvmOptions;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.ProcessFailedException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A service of any implementation, started with the properties that every Spring Boot application understands. */
public final class ServiceProcess implements AutoCloseable {

    /** A slow machine that starts several services at once needs more than a minute. */
    private static final Duration READY_LIMIT = Duration.ofMinutes(3);

    /** Longer than the services' own 10 s for requests in flight. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    /** 128 + SIGTERM. */
    private static final int TERMINATED = 143;

    private final SpringService service;

    private ServiceProcess(SpringService service) {
        this.service = service;
    }

    /** Returns when the service is ready. */
    public static ServiceProcess start(StackSpec stack, Settings settings, Backends backends, int port,
            int managementPort, List<String> extraJvmOptions, Path log)
            throws ProcessFailedException, InterruptedException {
        List<String> options = new ArrayList<>(JvmOptions.service(settings.heap(), settings.cpus().service().size()));
        options.addAll(extraJvmOptions);
        Map<String, String> properties = new TreeMap<>(Map.of("management.server.address", "127.0.0.1"));
        if (settings.paymentUrl() != null) { // an external API may not return a request's key
            properties.put("payment.answer-key", "if-present");
        }
        properties.putAll(stack.propertiesOver(settings.scenario().service()));
        SpringService service = new SpringService.Launch("service '" + stack.label() + "'", stack.jar(),
                settings.cpus().servicePrefix(), options, port, managementPort, backends.database(),
                backends.paymentUrl(), properties, log).start();
        try {
            service.awaitReady(READY_LIMIT);
            return new ServiceProcess(service);
        } catch (ProcessFailedException | InterruptedException | RuntimeException e) {
            service.close();
            throw e;
        }
    }

    JvmProcess process() {
        return service.process();
    }

    /** Returns Actuator's base URL. */
    URI management() {
        return service.management();
    }

    /** @throws ProcessFailedException if the service has died */
    public void requireAlive(String when) throws ProcessFailedException {
        if (!process().isAlive()) {
            throw process().failure("died " + when + " with exit code " + process().exitCode());
        }
    }

    /**
     * Stops the service and lets it finish what is in flight.
     *
     * @return whether it ended by itself
     */
    boolean stopGracefully() {
        int exitCode = process().stop(STOP_LIMIT);
        return exitCode == TERMINATED || exitCode == 0;
    }

    @Override
    public void close() {
        service.close();
    }
}
