package dev.threeways.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * A process that has no descriptor left (EMFILE) cannot accept, and goes on as soon as it has one again. Runs from the
 * jar: a JVM that has its classes in a directory cannot load one then.
 */
class AcceptErrorsIT {

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = {"JDK", "NETTY_NIO", "NETTY_EPOLL", "NETTY_IO_URING"})
    void goesOnAfterwards(Architecture architecture) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell to lower the limit with");
        try (CommandProcess serve = new CommandProcess(List.of("/bin/sh", "-c", "ulimit -n 100; exec \"$@\"", "sh"),
                architecture.toString(), "--port=0")) {
            int port = CommandProcess.port(serve.awaitLine("serves"));
            List<Wire> wires = new ArrayList<>();
            Wire first = new Wire(port);
            for (int i = 0; i < 3; i++) { // a JVM opens some files only when its threads first wait
                assertThat(first.ask(Wire.get("/stats")).status()).isEqualTo(200);
                Thread.sleep(100); // so that the threads wait
            }
            for (int i = 0; i < 120; i++) {
                wires.add(new Wire(port)); // the kernel completes them; the server cannot accept them all
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> stat(first, "accept errors") > 0);
            assertThat(stat(first, "open connections")).isLessThan(100);
            for (Wire wire : wires) {
                wire.close();
            }
            first.close();
            await().atMost(Duration.ofSeconds(20)).ignoreException(IOException.class).untilAsserted(() -> {
                try (Wire wire = new Wire(port)) {
                    assertThat(wire.ask(Wire.post("/echo", "again")).body()).isEqualTo("again");
                }
            });
        }
    }

    private static long stat(Wire wire, String name) throws IOException {
        return wire.ask(Wire.get("/stats"))
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .sum();
    }
}
