package dev.threeways.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** curl, a client that was not written for these servers. It reads from a pipe, so that it sends in chunks. */
class CurlIT {

    /** curl asks before it sends more than 1 MB, or an unknown amount; here this header makes it ask. */
    private static final List<String> ASKS = List.of("-H", "Expect: 100-continue");

    @BeforeEach
    void isThere() {
        boolean there;
        try {
            there = new ProcessBuilder("curl", "--version").redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor() == 0;
        } catch (IOException | InterruptedException _) {
            there = false;
        }
        assumeTrue(there, "there is no curl");
    }

    @ParameterizedTest
    @EnumSource
    void uploadsFromAPipe(Architecture architecture) throws Exception {
        assumeTrue(architecture.unavailable() == null, architecture.unavailable());
        try (ConnectionServer server = server(architecture)) {
            String body = "0123456789".repeat(6_000);
            for (List<String> more : List.of(List.<String>of(), ASKS)) {
                Output output = curl(server, body, more);
                assertThat(output.exitCode()).as(output.text()).isZero();
                assertThat(output.text()).isEqualTo(body + "200");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsWhyAnUploadIsTooLarge(Architecture architecture) throws Exception {
        assumeTrue(architecture.unavailable() == null, architecture.unavailable());
        try (ConnectionServer server = server(architecture)) {
            assertThat(curl(server, "0123456789".repeat(30_000), List.of()).text()).contains("at most 65536 bytes")
                    .endsWith("413");
        }
    }

    private static ConnectionServer server(Architecture architecture) throws IOException {
        ConnectionServer[] own = new ConnectionServer[1];
        ConnectionServer server = architecture.server(ServerSettings.defaults(), new Endpoints(() -> own[0].stats()));
        own[0] = server;
        server.start();
        return server;
    }

    /** @param text the answer's body, then its status */
    private record Output(int exitCode, String text) {}

    private static Output curl(ConnectionServer server, String body, List<String> more) throws Exception {
        List<String> command = Stream.of(List.of("curl", "-sS", "--noproxy", "*", "--max-time", "20", "-T", "-", "-X",
                "POST", "-w", "%{http_code}"), more, List.of("http://127.0.0.1:" + server.port() + "/echo"))
                .flatMap(List::stream)
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread upload = Thread.startVirtualThread(() -> {
            try (OutputStream out = process.getOutputStream()) {
                out.write(body.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException _) {
                // curl has its answer, and reads no further.
            }
        });
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        upload.join();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Output(process.exitValue(), text);
    }
}
