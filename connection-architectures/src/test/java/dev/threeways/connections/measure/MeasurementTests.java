package dev.threeways.connections.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.connections.cli.Architectures;
import dev.threeways.connections.measure.Findings.Metric;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.ObjDoubleConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What all measurements do, with one that makes its figures up. */
class MeasurementTests {

    @TempDir
    private Path directory = Path.of(".");

    private record Ended(int exitCode, String out, String err) {}

    @Command(name = "made-up")
    private static final class MadeUp extends Measurement {

        private final String failing;

        private int measured;

        /** @param failing a series that cannot be measured */
        MadeUp(String failing) {
            this.failing = failing;
        }

        @Override
        String question() {
            return "What does nothing cost?";
        }

        @Override
        String xTitle() {
            return "";
        }

        @Override
        List<Metric> metrics() {
            return List.of(new Metric("cost", "cost, ms", true));
        }

        @Override
        Duration duration() {
            return Duration.ofSeconds(56);
        }

        @Override
        List<String> settings() {
            return List.of("None.");
        }

        @Override
        List<Case> cases() {
            return List.of(new Case("cheap", 0), new Case("dear", 0));
        }

        @Override
        String reference() {
            return "cheap";
        }

        /** Half as much again, with a spread of a few per mille. */
        @Override
        void measure(Case one, long caseSeed, ObjDoubleConsumer<String> figures) throws IOException {
            measured++;
            if (one.series().equals(failing)) {
                throw new IOException("it is gone");
            }
            figures.accept("cost", (one.series().equals("dear") ? 1.5 : 1) * (1 + 0.003 * (measured % 3)));
        }
    }

    private Ended execute(Measurement measurement, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(measurement).setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Stream.of("--output=" + directory.resolve("result")), Stream.of(more))
                        .toArray(String[]::new));
        return new Ended(exitCode, out.toString(), err.toString());
    }

    @Test
    void eachCaseIsMeasuredInEachBlock() {
        MadeUp measurement = new MadeUp("");
        Ended ended = execute(measurement, "--blocks=4");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(measurement.measured).isEqualTo(8);
        assertThat(ended.err()).contains("block 4 of 4: ");
        assertThat(ended.out()).contains("cost, ms, dear / cheap: 1.5").contains(": different");
    }

    @Test
    void theMarginDecidesWhatIsDifferent() {
        Ended ended = execute(new MadeUp(""), "--margin=90%");
        assertThat(ended.out()).contains("Ratios within 0.1 - 1.9 are no difference that matters.")
                .contains(": equivalent");
    }

    @Test
    void aCaseThatIsNotMeasuredIsToldAndFails() {
        Ended ended = execute(new MadeUp("dear"));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).contains("note: block 1, dear was not measured: it is gone");
    }

    @Test
    void jsonIsTheResultAndNothingElse() throws IOException {
        Ended ended = execute(new MadeUp(""), "--json");
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.err()).contains("cost, ms");
        JsonNode json = JsonMapper.shared().readTree(ended.out());
        assertThat(json).isEqualTo(
                JsonMapper.shared().readTree(Files.readString(directory.resolve("result/result.json"))));
        assertThat(json.path("samples").size()).isEqualTo(6);
    }

    @Test
    void aDryRunMeasuresNothing() {
        MadeUp measurement = new MadeUp("");
        Ended ended = execute(measurement, "--dry-run", "--blocks=5");
        assertThat(ended.exitCode()).isZero();
        assertThat(measurement.measured).isZero();
        assertThat(ended.out()).contains("2 cases in each of 5 blocks, 10.0 min of load")
                .contains("  cheap")
                .contains("Nothing was measured");
        assertThat(directory.resolve("result")).doesNotExist();
    }

    @Test
    void aDryRunAsJsonIsNothingElse() {
        JsonNode json = JsonMapper.shared().readTree(execute(new MadeUp(""), "--dry-run", "--json").out());
        assertThat(json.path("blocks").asInt()).isEqualTo(3);
        assertThat(json.path("leastMinutes").asDouble()).isEqualTo(6);
        assertThat(json.path("cases").valueStream().map(one -> one.path("series").stringValue()))
                .containsExactly("cheap", "dear");
    }

    @ParameterizedTest
    @ValueSource(strings = {"readiness", "threads", "idle", "accept", "balance", "blocked"})
    void everyMeasurementHasADryRun(String name) {
        StringWriter out = new StringWriter();
        int exitCode = Architectures.commandLine().setOut(new PrintWriter(out, true)).execute(name, "--dry-run");
        assertThat(exitCode).isZero();
        assertThat(out.toString()).contains(" cases in each of 3 blocks, ");
    }
}
