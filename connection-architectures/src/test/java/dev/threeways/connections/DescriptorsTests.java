package dev.threeways.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Part of the contract, isolated because descriptors are counted for the whole process. */
@Isolated
class DescriptorsTests {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @ParameterizedTest
    @EnumSource
    void areGivenBack(Architecture architecture) throws IOException {
        assumeTrue(architecture.unavailable() == null, architecture.unavailable());
        assumeTrue(Files.isDirectory(DESCRIPTORS), "no /proc");
        runOnce(architecture); // loads classes, and opens what stays open
        long before = count();
        for (int i = 0; i < 5; i++) {
            runOnce(architecture);
        }
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(count()).isLessThanOrEqualTo(before + 2));
    }

    private static void runOnce(Architecture architecture) throws IOException {
        ConnectionServer[] own = new ConnectionServer[1];
        try (ConnectionServer server = architecture.server(ServerSettings.defaults().withThreads(2, 4),
                new Endpoints(() -> own[0].stats()))) {
            own[0] = server;
            server.start();
            try (Wire wire = new Wire(server.port()); Wire idle = new Wire(server.port())) {
                assertThat(wire.ask(Wire.post("/echo", "once")).status()).isEqualTo(200);
                assertThat(idle).isNotNull();
            }
        }
    }

    private static long count() throws IOException {
        try (Stream<Path> entries = Files.list(DESCRIPTORS)) {
            return entries.count();
        }
    }
}
