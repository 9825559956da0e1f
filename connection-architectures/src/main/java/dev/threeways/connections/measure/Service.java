package dev.threeways.connections.measure;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.backends.EmbeddedOrdersDatabase;
import dev.threeways.lab.process.FreePorts;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.JvmOptions;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.ProcessFailedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One of the project's three services, as it is packaged, with a PostgreSQL and a payment API of its own. */
final class Service implements Target {

    static final List<String> NAMES = List.of("blocking", "reactive", "virtual-thread");

    static final String HEAP = "512m";

    private static final Duration READY_LIMIT = Duration.ofSeconds(90);

    /** Payments take ten milliseconds, always: what is looked for is what idle connections add. */
    private static final String PAYMENT_LATENCY = "10ms";

    private final String name;

    private final int port;

    private final EmbeddedOrdersDatabase orders;

    private final List<JvmProcess> simulatorAndService;

    private Service(String name, int port, EmbeddedOrdersDatabase orders, List<JvmProcess> simulatorAndService) {
        this.name = name;
        this.port = port;
        this.orders = orders;
        this.simulatorAndService = simulatorAndService;
    }

    /**
     * Returns when it is ready.
     *
     * @param directory for logs
     * @param jvmOptions besides those that a compared service has
     */
    static Service start(String name, Path directory, String... jvmOptions) throws IOException, InterruptedException {
        Home home = Home.find();
        int cpus = Runtime.getRuntime().availableProcessors();
        Files.createDirectories(directory);
        List<JvmProcess> processes = new ArrayList<>();
        EmbeddedOrdersDatabase orders = EmbeddedOrdersDatabase.start();
        try {
            int[] ports = {FreePorts.next(), FreePorts.next(), FreePorts.next()};
            processes.add(JvmProcess.builder("the payment simulator")
                    .jvmOptions(JvmOptions.other("256m", cpus))
                    .jar(home.simulatorJar())
                    .args(List.of("--host", "127.0.0.1", "--port", String.valueOf(ports[0]), "--median",
                            PAYMENT_LATENCY,
                            "--p99", PAYMENT_LATENCY))
                    .log(directory.resolve("payment-simulator.log"))
                    .start());
            processes.getFirst().awaitReady(URI.create("http://127.0.0.1:" + ports[0] + "/health"), READY_LIMIT);
            List<String> options = new ArrayList<>(JvmOptions.service(HEAP, cpus));
            options.addAll(List.of(jvmOptions));
            processes.add(JvmProcess.builder(name + "-service")
                    .jvmOptions(options)
                    .jar(home.serviceJar(name))
                    .args(arguments(orders.reader(), ports))
                    .log(directory.resolve(name + "-service.log"))
                    .start());
            processes.getLast()
                    .awaitReady(URI.create("http://127.0.0.1:" + ports[2] + "/actuator/health/readiness"),
                            READY_LIMIT);
            return new Service(name, ports[1], orders, processes);
        } catch (ProcessFailedException e) {
            close(processes, orders);
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException | RuntimeException e) {
            close(processes, orders);
            throw e;
        }
    }

    private static void close(List<JvmProcess> processes, EmbeddedOrdersDatabase orders) {
        processes.reversed().forEach(JvmProcess::close);
        orders.close();
    }

    /** @param ports of the payment API, the service and its management */
    private static List<String> arguments(DatabaseAddress database, int[] ports) {
        return List.of("--server.port=" + ports[1], "--server.address=127.0.0.1",
                "--management.server.port=" + ports[2], "--management.server.address=127.0.0.1",
                "--spring.datasource.url=" + database.jdbcUrl(), "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(), "--spring.r2dbc.url=" + database.r2dbcUrl(),
                "--spring.r2dbc.username=" + database.user(), "--spring.r2dbc.password=" + database.password(),
                "--payment.base-url=http://127.0.0.1:" + ports[0]);
    }

    @Override
    public int port() {
        return port;
    }

    /** Every payment has a key of its own. */
    @Override
    public String request() {
        return "POST /orders/42/payment HTTP/1.1~Host: here~Idempotency-Key: idle-%d~Content-Length: 0~~";
    }

    @Override
    public List<ProcessFigures> processes() {
        return List.of(new ProcessFigures(simulatorAndService.getLast().pid()));
    }

    @Override
    public void close() {
        close(simulatorAndService, orders);
    }

    @Override
    public String toString() {
        return name + "-service";
    }
}
