package dev.threeways.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Measures what the simulator itself costs: CPU per payment, and the time it adds to the planned latencies. Its name
 * keeps it out of the build; the README has the command and a result.
 *
 * <p>The simulator runs in a JVM of its own. Payments are sent at a constant rate, whatever the state of earlier ones.
 * Latency beyond the plan includes the client and the loopback device: an upper bound.
 */
class SimulatorCost {

    private static final int RATE = Integer.getInteger("rate", 1_000);

    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("warmUp", 30));

    private static final Duration MEASURED = Duration.ofSeconds(Integer.getInteger("seconds", 30));

    private static final List<String> JVM_OPTIONS = List.of("-Xmx64m", "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED");

    private final PaymentPlanner planner = new PaymentPlanner(1, Behaviour.HEALTHY);

    private final AtomicLong failed = new AtomicLong();

    @Test
    void measure() throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"),
                PaymentSimulatorApplication.class.getName(), "--port", "0"));
        Process simulator = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader log = simulator.inputReader(StandardCharsets.UTF_8)) {
            String line = log.lines()
                    .filter(logged -> logged.startsWith("payment-simulator on "))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("The simulator did not start: " + command));
            URI baseUrl = URI.create(line.substring("payment-simulator on ".length(), line.indexOf(',')));
            ConnectionProvider connections = ConnectionProvider.builder("cost")
                    .maxConnections(2_000)
                    .pendingAcquireMaxCount(10_000)
                    .build();
            HttpClient client = HttpClient.create(connections)
                    .baseUrl(baseUrl.toString())
                    .responseTimeout(Duration.ofSeconds(10));

            send(client, WARM_UP, 0);
            failed.set(0); // a cold client may not keep up
            body(client.delete().uri("/admin/calls")).block();
            Duration cpuBefore = simulator.info().totalCpuDuration().orElseThrow();
            ConcurrentHistogram added = send(client, MEASURED, 1_000_000_000);
            Duration cpu = simulator.info().totalCpuDuration().orElseThrow().minus(cpuBefore);
            String calls = body(client.get().uri("/admin/calls")).block();
            long payments = added.getTotalCount();

            System.out.printf(Locale.ROOT, "%d payments at %d/s, %d failed; simulator's JVM: %s%n", payments, RATE,
                    failed.get(),
                    String.join(" ", JVM_OPTIONS));
            System.out.printf(Locale.ROOT, "load average of the machine: %.1f%n",
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
            System.out.printf(Locale.ROOT, "CPU per payment: %.0f µs%n", cpu.toNanos() / 1e3 / payments);
            System.out.printf(Locale.ROOT,
                    "added to the planned latency, seen by the client: p50 %d µs, p99 %d µs, max %d µs%n",
                    added.getValueAtPercentile(50), added.getValueAtPercentile(99), added.getMaxValue());
            System.out.println("the simulator's own books: " + calls);
            assertThat(failed).hasValue(0);
            assertThat(payments).isEqualTo(RATE * MEASURED.toSeconds());
        } finally {
            simulator.destroy();
        }
    }

    private static Mono<String> body(HttpClient.ResponseReceiver<?> request) {
        return request.responseContent().aggregate().asString();
    }

    /** @return microseconds that answers took beyond the planned latency */
    private ConcurrentHistogram send(HttpClient client, Duration duration, int firstKey) {
        var added = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 2);
        var inFlight = new Phaser(1);
        long start = System.nanoTime();
        for (int n = 0; n < RATE * duration.toSeconds(); n++) {
            long intended = start + n * TimeUnit.SECONDS.toNanos(1) / RATE;
            while (System.nanoTime() < intended) {
                LockSupport.parkNanos(intended - System.nanoTime());
            }
            inFlight.register();
            String key = "1-" + (firstKey + n);
            long planned = planner.plan(key).latency().toNanos();
            long sent = System.nanoTime();
            body(client.headers(headers -> headers.set("Idempotency-Key", key))
                    .post()
                    .uri("/payments")
                    .send(ByteBufFlux.fromString(Mono.just(RawClient.PAYMENT))))
                    .doFinally(_ -> inFlight.arriveAndDeregister())
                    .subscribe(_ -> added.recordValue(Math.max(0, System.nanoTime() - sent - planned) / 1_000),
                            _ -> failed.incrementAndGet());
        }
        inFlight.awaitAdvance(inFlight.arrive());
        return added;
    }
}
