package dev.threeways.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectedRunsTests {

    @TempDir
    private Path directory = Path.of(".");

    private @Nullable Process started;

    @BeforeEach
    void start() throws IOException {
        started = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:TieredStopAtLevel=1", "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                DirectedRuns.class.getName(), "Steps").redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    @AfterEach
    void stop() {
        process().destroyForcibly();
    }

    private Process process() {
        return Objects.requireNonNull(started);
    }

    private void run(StubService service, Director director, String name, Map<String, String> more)
            throws IOException {
        Map<String, String> properties = new TreeMap<>(Map.of("baseUrl", service.url().toString(), "steps", "1s@20",
                "duration", "1", "arrivals", "constant", "warmupUsers", "2", "assertions", "false", "control",
                director.socket().toString(), "results", directory.resolve(name).toString()));
        properties.putAll(more);
        OutputStream input = process().getOutputStream();
        input.write(DirectedRuns.text(properties).getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    private void awaitWarm(Director director) {
        await().atMost(Duration.ofSeconds(30))
                .failFast(() -> assertThat(process().isAlive()).as(Files.readString(directory.resolve("log"))).isTrue())
                .until(() -> String.valueOf(director.latest()).matches("(?s).*\"completed\":[1-9].*"));
    }

    private static void awaitDone(Director director) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> String.valueOf(director.latest()).contains("\"phase\":\"done\""));
    }

    private List<RequestRecord> measured(String name) throws IOException {
        return RequestLog.read(directory.resolve(name).resolve(RequestLog.FILE_NAME))
                .requests()
                .stream()
                .filter(request -> request.phase() == RequestPhase.MEASURE)
                .toList();
    }

    @Test
    void oneProcessRunsOneAfterTheOther() throws Exception {
        try (StubService service = StubService.start(StubService::paid)) {
            for (String seed : List.of("1", "2")) {
                try (Director director = new Director()) {
                    run(service, director, "run-" + seed, Map.of("seed", seed));
                    awaitWarm(director);
                    director.tell("measure");
                    awaitDone(director);
                }
                assertThat(measured("run-" + seed)).hasSize(20)
                        .allMatch(request -> request.requestClass() == RequestClass.OK
                                && request.key().startsWith(seed + "-"));
            }
            process().getOutputStream().close();
            assertThat(process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process().exitValue()).isZero();
        }
    }

    /** A search for capacity ends in the middle of its ladder; waiting for the rest of it would take minutes. */
    @Test
    void whoIsStoppedEndsItsRunAndTakesTheNext() throws Exception {
        try (StubService service = StubService.start(StubService::paid)) {
            try (Director director = new Director()) {
                run(service, director, "stopped", Map.of("steps", "300s@20", "duration", "300"));
                awaitWarm(director);
                director.tell("measure");
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> String.valueOf(director.latest()).matches("(?s).*\"measuredEnded\":[1-9].*"));
                director.tell("stop");
                awaitDone(director);
            }
            List<RequestRecord> requests = measured("stopped");
            assertThat(requests).hasSize(6_000);
            assertThat(requests.stream().filter(request -> request.requestClass() == RequestClass.OK).count())
                    .isBetween(1L, 3_000L);
            assertThat(requests).extracting(RequestRecord::requestClass)
                    .containsOnly(RequestClass.OK, RequestClass.NEVER_SENT);
            try (Director director = new Director()) {
                run(service, director, "next", Map.of());
                awaitWarm(director);
                director.tell("measure");
                awaitDone(director);
            }
            assertThat(measured("next")).hasSize(20);
        }
    }

    @Test
    void aRunThatCannotBeEndsTheProcess() throws Exception {
        try (StubService service = StubService.start(StubService::paid); Director director = new Director()) {
            run(service, director, "wrong", Map.of("steps", "many"));
            assertThat(process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process().exitValue()).isNotZero();
            assertThat(directory.resolve("log")).content().contains("steps");
        }
    }
}
