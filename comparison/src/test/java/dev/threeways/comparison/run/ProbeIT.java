package dev.threeways.comparison.run;

import dev.threeways.comparison.observe.Probe;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.threeways.lab.process.FreePorts;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.JvmProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests the agent in a JVM of its own. */
class ProbeIT {

    private static final int ALLOCATED_BYTES = 64 << 20;

    private static final int WAITS = 2_000;

    @TempDir
    private Path directory = Path.of(".");

    /** Allocates, waits and starts threads when asked by HTTP, all on virtual or short-lived threads. */
    static final class Worker {

        private Worker() {}

        static volatile byte[] garbage = {};

        static volatile byte[] live = {};

        public static void main(String[] args) throws IOException {
            HttpServer server = HttpServer
                    .create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 0);
            server.createContext("/", exchange -> {
                switch (exchange.getRequestURI().getPath()) {
                    case "/allocate" -> join(Thread.startVirtualThread(
                            () -> IntStream.range(0, ALLOCATED_BYTES >> 16).forEach(_ -> garbage = new byte[1 << 16])));
                    case "/wait" -> join(Thread.ofPlatform()
                            .start(() -> IntStream.range(0, WAITS).forEach(_ -> LockSupport.parkNanos(1_000))));
                    case "/keep" -> live = new byte[ALLOCATED_BYTES];
                    default -> garbage = new byte[1];
                }
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.start();
        }

        private static void join(Thread thread) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns the CPUs of this process, the worker's parent. */
    private static String cpusAllowed() throws IOException {
        Path status = Path.of("/proc/self/status");
        return !Files.exists(status)
                ? ""
                : Files.readAllLines(status)
                        .stream()
                        .filter(line -> line.startsWith("Cpus_allowed_list:"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse("");
    }

    private static void ask(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Void> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                    HttpResponse.BodyHandlers.discarding());
            assertThat(response.statusCode()).isEqualTo(200);
        }
    }

    private static long switches(Probe.Snapshot snapshot) {
        return Objects.requireNonNull(snapshot.voluntarySwitches());
    }

    private static long cpuMicros(Probe.Snapshot snapshot) {
        return Objects.requireNonNull(snapshot.userMicros()) + Objects.requireNonNull(snapshot.systemMicros());
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void countsWhatThreadsDidThatAreGone() throws Exception {
        int port = FreePorts.next();
        Path sockets = Files.createTempDirectory("probe");
        Probe probe = new Probe(sockets.resolve("socket"));
        try (JvmProcess worker = JvmProcess.builder("worker")
                .jvmOptions(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED", "-XX:+UseG1GC",
                        probe.jvmOption(Home.find().probeJar())))
                .mainClass(Worker.class.getName(), Path
                        .of(ProbeIT.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .toString())
                .args(List.of(String.valueOf(port)))
                .log(directory.resolve("worker.log"))
                .start()) {
            worker.awaitReady(URI.create("http://127.0.0.1:" + port + "/"), Duration.ofMinutes(1));

            Probe.Snapshot first = probe.reset();
            ask(port, "/allocate");
            Probe.Snapshot second = probe.snapshot();
            assertThat(second.allocatedBytes() - first.allocatedBytes()).as("by a virtual thread")
                    .isBetween((long) ALLOCATED_BYTES, 2L * ALLOCATED_BYTES);
            ask(port, "/wait");
            Probe.Snapshot third = probe.snapshot();
            assertThat(switches(third) - switches(second)).as("of a thread that has ended")
                    .isGreaterThanOrEqualTo(WAITS);
            assertThat(cpuMicros(third)).isGreaterThan(cpuMicros(first));
            assertThat(third.peakThreads()).isGreaterThanOrEqualTo(third.threads());

            long heapBefore = probe.afterCollection().heapUsedBytes();
            ask(port, "/keep");
            assertThat(probe.afterCollection().heapUsedBytes() - heapBefore).as("live, not garbage")
                    .isBetween(ALLOCATED_BYTES - (8L << 20), ALLOCATED_BYTES + (8L << 20));
            assertThat(third.flags()).containsEntry("UseG1GC", "true")
                    .containsEntry("MaxHeapSize", String.valueOf(256 << 20))
                    .containsEntry("cpusAllowed", cpusAllowed())
                    .containsEntry("java.runtime.version", System.getProperty("java.runtime.version"));
        } finally {
            Files.deleteIfExists(probe.socket());
            Files.deleteIfExists(sockets);
        }
    }
}
