package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.lab.process.FreePorts;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServeIT {

    /** Shorter than the time that a signal leaves the command to stop what it has started. */
    private static final Duration AT_ONCE = Duration.ofSeconds(20);

    private Path directory = Path.of(".");

    private @Nullable CompareProcess started;

    @BeforeEach
    void createDirectory() throws IOException {
        directory = Files.createTempDirectory("srv");
    }

    @AfterEach
    void endWhatATestLeft() throws Exception {
        if (started != null) {
            started.end();
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }

    /** Returns an offset with which all ports are free. */
    static int offset() {
        return IntStream.generate(() -> FreePorts.next() - 9_083)
                .filter(offset -> offset > 0)
                .filter(offset -> IntStream.of(8081, 8082, 8083, 8090, 9080, 9081, 9082, 9083)
                        .allMatch(port -> FreePorts.isFree(port + offset)))
                .findFirst()
                .orElseThrow();
    }

    private CompareProcess serve(int offset) throws IOException {
        CompareProcess serve = CompareProcess.start(directory,
                List.of("serve", "--port-offset", String.valueOf(offset), "--heap", "256m"));
        started = serve;
        return serve;
    }

    @Test
    void allStacksAnswerUntilCtrlC() throws Exception {
        int offset = offset();
        CompareProcess serve = serve(offset);
        serve.awaitServing();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int port : new int[]{8081, 8082, 8083}) {
                URI uri = URI.create("http://localhost:" + (port + offset) + "/orders/42/payment");
                assertThat(serve.out()).contains(uri.toString());
                HttpResponse<String> response = client.send(
                        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            }
        }
        serve.process().destroy(); // SIGTERM is handled like SIGINT, which a process in the background may ignore
        assertThat(serve.awaitExitCode(Duration.ofMinutes(1))).isEqualTo(143);
        assertThat(serve.processes()).isEmpty();
    }

    @Test
    void serviceThatDoesNotStartEndsIt() throws Exception {
        Path jar = directory.resolve("broken.jar");
        try (JarOutputStream empty = new JarOutputStream(Files.newOutputStream(jar))) {
            empty.finish();
        }
        Path logs = directory.resolve("logs");
        CompareProcess serve = CompareProcess.start(directory,
                List.of("serve", "--port-offset", String.valueOf(offset()), "--stack", "broken=" + jar, "--output",
                        logs.toString()));
        started = serve;
        assertThat(serve.awaitExitCode(Duration.ofMinutes(2))).as(serve.out()).isEqualTo(1);
        assertThat(serve.err()).contains("service 'broken'");
        assertThat(logs.resolve("broken-service.log")).isRegularFile();
        assertThat(serve.processes()).isEmpty();
    }

    @Test
    void portInUseIsNamedBeforeAnythingStarts() throws Exception {
        int offset = offset();
        try (ServerSocket socket = new ServerSocket(8083 + offset)) {
            CompareProcess serve = serve(offset);
            assertThat(serve.awaitExitCode(AT_ONCE)).isEqualTo(2);
            assertThat(serve.err()).contains("port " + socket.getLocalPort() + " (virtual-thread) is in use")
                    .contains("--port-offset");
            assertThat(serve.err().lines()).hasSize(1);
            assertThat(serve.processes()).isEmpty();
        }
    }
}
