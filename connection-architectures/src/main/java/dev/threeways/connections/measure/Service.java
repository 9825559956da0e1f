package dev.threeways.connections.measure;

import dev.threeways.lab.process.ProcessFigures;
import dev.threeways.backends.EmbeddedOrdersDatabase;
import dev.threeways.backends.SpringService;
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
import java.util.Map;

/** One of the project's three services, as packaged, with a PostgreSQL and a payment API of its own. */
final class Service implements Target {

    static final List<String> NAMES = List.of("blocking", "reactive", "virtual-thread");

    static final String HEAP = "512m";

    private static final Duration READY_LIMIT = Duration.ofSeconds(90);

    /** Constant latency of payments, so that only the effect of idle connections varies. */
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
     * Starts a service. Returns when it is ready.
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
            int paymentPort = FreePorts.next();
            processes.add(JvmProcess.builder("the payment simulator")
                    .jvmOptions(JvmOptions.other("256m", cpus))
                    .jar(home.simulatorJar())
                    .args(List.of("--host", "127.0.0.1", "--port", String.valueOf(paymentPort), "--median",
                            PAYMENT_LATENCY,
                            "--p99", PAYMENT_LATENCY))
                    .log(directory.resolve("payment-simulator.log"))
                    .start());
            processes.getFirst().awaitReady(URI.create("http://127.0.0.1:" + paymentPort + "/health"), READY_LIMIT);
            List<String> options = new ArrayList<>(JvmOptions.service(HEAP, cpus));
            options.addAll(List.of(jvmOptions));
            SpringService service = SpringService.Launch.of(name + "-service", home.serviceJar(name), options,
                    orders.reader(), URI.create("http://127.0.0.1:" + paymentPort), Map.of(),
                    directory.resolve(name + "-service.log")).start();
            processes.add(service.process());
            service.awaitReady(READY_LIMIT);
            return new Service(name, service.port(), orders, processes);
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

    @Override
    public int port() {
        return port;
    }

    /** Gives every payment a key of its own. */
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
