package dev.threeways.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentSimulatorApplicationTests {

    private final StringWriter output = new StringWriter();

    private int run(String... arguments) {
        var writer = new PrintWriter(output, true);
        return PaymentSimulatorApplication.commandLine().setOut(writer).setErr(writer).execute(arguments);
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isZero();
        assertThat(output.toString().replaceAll("\\s+", " ")).contains("--port", "--seed", "--median", "--p99",
                "--floor", "--decline-rate",
                "--hang-limit", "--event-loops", "(default: 8090)", "(default: 50ms)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            --median=50                            | '50' is no duration: write a number and us, ms, s or m, such as 50ms
            --decline-rate=0.6 --hang-rate=0.6     | The rates must add up to at most 1, not 1.2
            --drip-rate=-1                         | dripRate must be between 0 and 1, not -1.0
            --median=300ms                         | p99Millis must not be below medianMillis: 200.0 < 300.0
            --port=70000                           | The port must be between 0 and 65535, not 70000
            --event-loops=0                        | There must be 1 to 64 event loops, not 0
            --colour=red                           | Unknown option: '--colour=red'
            """)
    void mistakesAreNamed(String arguments, String message) {
        assertThat(run(arguments.split(" +"))).isEqualTo(2);
        assertThat(output.toString()).contains(message).hasLineCount(1);
    }

    @Test
    void aPortInUseEndsTheProgram() {
        try (var simulator = PaymentSimulator.start(SimulatorSettings.DEFAULT)) {
            assertThat(run("--port=" + simulator.port())).isEqualTo(2);
            assertThat(output.toString()).contains("cannot listen on 127.0.0.1:" + simulator.port());
        }
    }

    @Test
    void aHostThatIsNotHereEndsTheProgram() {
        assertThat(run("--port=0", "--host=192.0.2.1")).isEqualTo(2); // RFC 5737: a documentation address
        assertThat(output.toString()).contains("cannot listen on 192.0.2.1:0 (");
        assertThat(run("--port=0", "--host=no.such.host.invalid")).isEqualTo(2);
        assertThat(output.toString()).contains("cannot listen on no.such.host.invalid:0 (");
    }

    @Test
    void runsUntilItIsTerminated() throws Exception {
        var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m", "-Duser.language=ar", "-Duser.country=EG", // its digits are not ASCII
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                PaymentSimulatorApplication.class.getName(), "--port", "0", "--seed", "7", "--median", "0.1s",
                "--drip-rate", "0.25").redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")); // the JVM logs them
        Process process = builder.start();
        try (BufferedReader log = process.inputReader(StandardCharsets.UTF_8)) {
            String line = log.readLine();
            assertThat(line).startsWith("payment-simulator on http://127.0.0.1:")
                    .contains(", seed 7, ", "\"medianMillis\":100.0", "\"dripRate\":0.25");
            URI baseUrl = URI.create(line.substring("payment-simulator on ".length(), line.indexOf(',')));
            try (var client = HttpClient.newHttpClient()) {
                var request = HttpRequest.newBuilder(baseUrl.resolve("/health")).build();
                assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
            }
            try (var _ = new RawClient(baseUrl.getPort())) {
                process.toHandle().destroy(); // unlike destroy(), leaves the log readable
                assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(log.readAllAsString()).as("rest of the log").isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }
}
