package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.result.SampleResults;
import dev.threeways.lab.process.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What {@code run} says before it starts anything. */
class RunTests {

    @TempDir
    private Path directory = Path.of(".");

    @BeforeEach
    void jar() throws IOException {
        Jars.empty(directory.resolve("app.jar"));
    }

    /** Says what would be run of two stacks of this test's own. */
    private Ended dryRun(String... more) {
        List<Object> arguments = new ArrayList<>(List.of("--dry-run", "--heap", "64m", "--cpus", "shared", "--stack",
                "one=" + directory.resolve("app.jar") + ",two=" + directory.resolve("app.jar")));
        arguments.addAll(List.of(more));
        return Ended.compare(arguments.toArray());
    }

    private static List<Path> results() throws IOException {
        Path results = Home.find().results();
        try (Stream<Path> all = Files.isDirectory(results) ? Files.list(results) : Stream.empty()) {
            return all.toList();
        }
    }

    @Test
    void aDryRunSaysWhatAndHowLongAndRunsNothing() throws IOException {
        List<Path> before = results();
        Ended ended = dryRun();
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("Scenario baseline, stacks one, two: 3 blocks, at most about 10 min.")
                .contains("Load:      200 requests/s (Poisson) for 25 s")
                .contains("-Xmx64m")
                .contains("Nothing was run");
        assertThat(results()).isEqualTo(before);
    }

    @Test
    void aDryRunTellsEachScenarioOfAll() {
        assertThat(
                dryRun("--scenario", "all").out().lines().filter(line -> line.matches("Scenario [a-z-]+, stacks .*")))
                .hasSize(12)
                .anyMatch(line -> line.startsWith("Scenario cold-start, stacks one, two: "));
    }

    @Test
    void aDryRunRefusesWhatARunWould() {
        assertThat(dryRun("--rate", "0").exitCode()).isEqualTo(2);
        Ended ended = dryRun("--payment-url", "http://127.0.0.1:1");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("--payment-url: nothing answers at");
    }

    @Test
    void aPrecisionHasNoEndOfBlocks() {
        assertThat(dryRun("--precision", "5%").out()).contains("one, two: at least 5 blocks, at most about 4 h.");
    }

    @Test
    void aDryRunAsJsonIsNothingElse() {
        Ended ended = dryRun("--json", "--blocks", "5", "--output", directory.resolve("new").toString());
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        JsonNode json = ended.json();
        assertThat(json.path("estimatedMinutes").asInt()).isEqualTo(28);
        assertThat(json.path("output").stringValue()).isEqualTo(directory.resolve("new").toString());
        JsonNode comparison = json.at("/comparisons/0");
        assertThat(comparison.path("scenario").stringValue()).isEqualTo("baseline");
        assertThat(comparison.path("stacks").toString()).isEqualTo("[\"one\",\"two\"]");
        assertThat(comparison.path("blocks").asInt()).isEqualTo(5);
        assertThat(comparison.at("/settings/plan/blocks").asInt()).isEqualTo(5);
        assertThat(directory.resolve("new")).doesNotExist();
    }

    @Test
    void aPasswordIsInNoPlan() {
        Preview preview = new Preview(List.of(SampleResults.steady(1).settings()));
        assertThat(preview.json(new Home(directory), null).toString()).doesNotContain("password");
        Ended ended = dryRun("--database-url", "postgresql://me:geheim@127.0.0.1:1/orders");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out() + ended.err()).contains("--database-url").doesNotContain("geheim");
    }

    @Test
    void beforeItStartsItSaysWhatHowLongAndHowToDoLess() {
        String text = new Preview(List.of(SampleResults.steady(1).settings())).text();
        assertThat(text).startsWith("Scenario baseline, stacks blocking, reactive, virtual-thread: 2 blocks, at most")
                .contains("--quick", "--scenario", "--blocks", "--stack");
        assertThat(text.lines()).hasSizeLessThanOrEqualTo(4);
        assertThat(new Preview(List.of(SampleResults.quick().settings())).text()).doesNotContain("--quick");
        assertThat(new Preview(List.of(SampleResults.steady(1).settings(), SampleResults.spike(1).settings())).text())
                .startsWith("Runs 2 scenarios, at most about ");
    }

    @Test
    void aResultIsNotWrittenOver() throws IOException {
        Path taken = Files.createDirectories(directory.resolve("taken"));
        ResultFile.write(SampleResults.steady(2), taken);
        for (String option : List.of("--dry-run", "--quick")) { // neither is allowed to begin
            Ended ended = Ended.compare(option, "--stack", "one=" + directory.resolve("app.jar"), "--output", taken);
            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.err()).contains("--output " + taken + " is not empty").contains("--resume " + taken);
        }
        assertThat(ResultFile.of(taken)).isEqualTo(SampleResults.steady(2));
    }

    /** How a comparison is shown is no part of what was asked for. */
    @Test
    void whatIsResumedCanBeLookedAtBefore() throws IOException {
        Path stopped = Files.createDirectories(directory.resolve("stopped"));
        Files.writeString(stopped.resolve(ResultFile.NAME),
                ResultFile.text(SampleResults.failed(SampleResults.steady(2), "interrupted"))
                        .replaceFirst("\"--scenario\", \"baseline\"",
                                "\"--stack\", \"one=" + directory.resolve("app.jar") + "\", \"--blocks\", \"4\""));
        Ended ended = Ended.compare("--resume", stopped, "--dry-run", "--json");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.json().at("/comparisons/0/blocks").asInt()).isEqualTo(4);
        assertThat(ended.json().path("output").stringValue()).isEqualTo(stopped.toString());
    }
}
