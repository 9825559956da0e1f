package dev.threeways.comparison.result;

import dev.threeways.comparison.scenario.Plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.threeways.comparison.analysis.Analysis;
import dev.threeways.comparison.analysis.Metric;
import dev.threeways.comparison.report.Picture;
import dev.threeways.comparison.report.Report;
import dev.threeways.comparison.result.Result.Balance;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.Status;
import dev.threeways.comparison.result.Result.Violation;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.lab.process.Machine;
import dev.threeways.backends.DatabaseAddress;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.process.CpuPlan;
import java.net.URI;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the way from runs to figures, to the file and to the terminal. */
class ResultTests {

    private static final ServiceMeters NO_METERS = new ServiceMeters(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(),
            Map.of(), Map.of(),
            0);

    private static Run run(int block, String stack, double cpuMillis, long latencyMicros, boolean valid) {
        Latencies latencies = new Latencies();
        for (int i = 0; i < 100; i++) {
            latencies.record(latencyMicros);
        }
        Latencies.Summary summary = latencies.summary();
        List<Violation> violations = valid ? List.of() : List.of(new Violation("A3", "two lines", 1, List.of("7-1")));
        return new Run(block, stack, Instant.EPOCH, "block-" + block + "/" + stack,
                violations.stream().map(Violation::toString).toList(), List.of("a warning"),
                new Result.WarmUp(40_000, 31.5, Result.WarmUp.Ended.SETTLED,
                        List.of(new Result.WarmUp.Window(2, 4_000, 5_000, 1.25, 4))),
                new Result.MeasuredWindow(1, 2, 0, 3, 100, 4, 0.5, 0.75, 0),
                new Result.Client(new Result.Requests(103, 102, 100, Map.of("timeout", 2L), Map.of(200, 100L), 1), 99.5,
                        new Result.Latency(summary.count(), summary.p50(), summary.p90(), summary.p99(), summary.p999(),
                                summary.max(), latencies.encoded()),
                        summary),
                new Result.Cost(new Result.PerRequest(cpuMillis, 0.02, 0.25, null, 0.5, 3.0, 1.0, 2048),
                        new Result.Memory(1 << 20, 2 << 20, 3 << 20), new Result.Threads(40, 55),
                        new Result.Collections(3, 17)),
                new Result.Service(Map.of("UseG1GC", "true"), NO_METERS, NO_METERS, Map.of("pay", 61.5)),
                new Balance(103, 102, 102, 102, 0, 2, 101L, violations), new Result.Event(null, null, null, null), null,
                List.of(new Result.Second(0, 103, Map.of("ok", 100L, "timeout", 2L, "never-sent", 1L), 1, 2, 3, 0.5,
                        false, 7, 0.2, 1 << 20, 40, Map.of("request-worker", 25, "other", 15))));
    }

    private static StackSpec stack(String label) {
        return new StackSpec(label, Path.of(label + ".jar"), Map.of("payment.signing.iterations", "280"),
                Duration.ofMillis(5));
    }

    private static Result.Build build(String label) {
        return new Result.Build(label, "00", List.of("spring-boot-4.1.0.jar"));
    }

    private static Result result(List<Run> runs, boolean quick) {
        return Analysis.again(
                new Result(Result.SCHEMA, Instant.EPOCH, Instant.EPOCH.plus(Duration.ofMinutes(9)), Status.COMPLETE,
                        null, 540,
                        quick ? Plan.QUICK_STAMP : null, List.of("--blocks", "2"),
                        new Settings(ScenarioFile.named(Scenario.BASELINE), List.of(stack("one"), stack("two")),
                                new Plan(quick, null, null, 0.05, Duration.ofSeconds(690), Duration.ofSeconds(60),
                                        40_000),
                                "512m", 1, new DatabaseAddress("db", 5432, "orders", "reader", Settings.SECRET),
                                URI.create("http://payments:8090"),
                                CpuPlan.of(CpuPlan.Mode.PINNED, List.of(0, 1))),
                        List.of("serviceCpuMillis"),
                        new Machine("a CPU", 2, 1L << 34, "Linux", "25", "abc", false),
                        new Result.Ceiling(400, false, 0.2, 400), null, Map.of("service", List.of("-Xmx512m")),
                        "PostgreSQL 18", List.of(build("one"), build("two")), runs, List.of(), List.of(), List.of()));
    }

    @Test
    void fileKeepsEverything(@TempDir Path directory) throws IOException {
        Result result = result(List.of(run(1, "one", 1, 60_000, true), run(1, "two", 2, 70_000, false)), false);
        ResultFile.write(result, directory);
        assertThat(ResultFile.of(directory)).isEqualTo(result);
        assertThat(directory).isDirectoryContaining(file -> file.endsWith(ResultFile.NAME));
    }

    /** A public method whose name begins with "is" or "get" would become a field of the file. */
    @Test
    void fileHasTheComponentsAndNothingElse() throws Exception {
        Result result = SampleResults.spike(2);
        assertOnlyComponents(result, new JsonMapper().readTree(ResultFile.text(result)));
    }

    private static void assertOnlyComponents(Object value, JsonNode written) throws Exception {
        switch (value) {
            case Record parts -> {
                List<RecordComponent> components = List.of(parts.getClass().getRecordComponents());
                assertThat(components).extracting(RecordComponent::getName).containsAll(written.propertyNames());
                for (RecordComponent component : components) {
                    Object part = component.getAccessor().invoke(parts);
                    if (part != null && written.has(component.getName())) {
                        assertOnlyComponents(part, written.get(component.getName()));
                    }
                }
            }
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    assertOnlyComponents(list.get(i), written.get(i));
                }
            }
            default -> {
            }
        }
    }

    @Test
    void invalidRunsAreInNoFigure() {
        List<Run> runs = List.of(run(1, "one", 1, 60_000, true), run(2, "one", 100, 9_000_000, false));
        Result.StackSummary summary = result(runs, false).summary().getFirst();
        assertThat(summary.validRuns()).isEqualTo(1);
        assertThat(summary.invalidRuns()).isEqualTo(1);
        assertThat(summary.latencyMillis().count()).isEqualTo(100);
        assertThat(summary.metrics().get(Metric.CPU.id())).isEqualTo(new Result.Spread(1, 1, 1));
    }

    @Test
    void oneInvalidRunMakesTheResultBad() {
        assertThat(result(List.of(run(1, "one", 1, 1, true)), false).isGood()).isTrue();
        assertThat(result(List.of(run(1, "one", 1, 1, true), run(1, "two", 1, 1, false)), false).isGood()).isFalse();
    }

    @Test
    void spreadIsMedianAndExtremes() {
        List<Run> runs = List.of(run(1, "one", 3, 1, true), run(2, "one", 1, 1, true), run(3, "one", 1.5, 1, true));
        assertThat(Metric.CPU.over(runs)).contains(new Result.Spread(1.5, 1, 3));
        assertThat(Metric.CPU.over(runs.subList(0, 2))).contains(new Result.Spread(2, 1, 3));
    }

    /** Half of 100 OK requests are rejected instead: their CPU time is part of what the others cost. */
    @Test
    void whoTurnsRequestsAwayDoesNotGetCheaper() {
        Run run = run(1, "one", 1, 1, true);
        assertThat(Metric.CPU.value(run)).isEqualTo(1);
        assertThat(Metric.CPU.value(SampleResults.failing(run, 50 / 103.0))).isEqualTo(2);
    }

    @Test
    void whatIsNotKnownHasNoFigure() {
        Metric simulator = Metric.ALL.stream()
                .filter(metric -> metric.id().equals("simulatorCpuMillis"))
                .findFirst()
                .orElseThrow();
        assertThat(simulator.over(List.of(run(1, "one", 1, 1, true)))).isEmpty();
    }

    @Test
    void comparisonsPairBlocksInWhichBothWereValid() {
        List<Run> runs = new ArrayList<>();
        for (int block = 1; block <= 6; block++) {
            runs.add(run(block, "two", 2.0 * block, 1, true));
            runs.add(run(block, "one", 1.0 * block, 1, block != 6));
        }
        Result.Comparison comparison = result(runs, false).comparisons().getFirst();
        assertThat(comparison.stack()).isEqualTo("two");
        assertThat(comparison.comparedWith()).isEqualTo("one");
        assertThat(comparison.metric()).isEqualTo(Metric.CPU.id());
        assertThat(comparison.blockRatios()).hasSize(5);
        assertThat(comparison.ratio()).isEqualTo(2, within(1e-9));
        assertThat(comparison.verdict()).isEqualTo("different");
        assertThat(comparison.preliminary()).isFalse();
    }

    @Test
    void tableHasTheSpreadAndTheMergedPercentiles() {
        List<Run> runs = List.of(run(1, "one", 1, 60_000, true), run(2, "one", 2, 80_000, true),
                run(1, "two", 4, 90_000, true), run(2, "two", 4.2, 90_000, true));
        String report = Report.of(result(runs, false));
        assertThat(report.lines())
                .anyMatch(line -> line.matches("CPU ms/OK answer, service +1\\.500 \\(1\\.000 - 2\\.000\\)"
                        + " +4\\.100 \\(4\\.000 - 4\\.200\\)"));
        assertThat(report.lines())
                .anyMatch(line -> line.matches("latency p99, ms +80\\.\\d \\(60\\.0 - 80\\.\\d\\) +90\\..*"));
        assertThat(report.lines()).anyMatch(line -> line.matches("requests failed, by kind +4 timeout +4 timeout"));
        assertThat(report).as("what nobody has").doesNotContain("CPU ms/request, simulator", "capacity");
        assertThat(report).contains("two / one:").contains("preliminary").doesNotContain(Plan.QUICK_STAMP);
    }

    @Test
    void terminalSaysWhatIntervalsStandOn() {
        String report = Report.of(SampleResults.steady(6));
        assertThat(report).contains("A wrong verdict is among those of a metric in at most 5 % of")
                .containsPattern("Up to \\d+ % of the variance of CPU per OK answer is within forks: ");
        assertThat(Report.of(SampleResults.quick())).doesNotContain("within forks");
    }

    @Test
    void quickFiguresAreStampedAndNotJudged() {
        List<Run> runs = List.of(run(1, "one", 1, 60_000, true), run(2, "one", 1, 80_000, true),
                run(1, "two", 4, 90_000, true), run(2, "two", 4, 90_000, true));
        Result result = result(runs, true);
        assertThat(result.stamp()).isEqualTo("not warm: accounting only");
        String report = Report.of(result);
        assertThat(report).startsWith("*** not warm: accounting only ***")
                .endsWith("*** not warm: accounting only ***")
                .doesNotContain("different");
    }

    @Test
    void pictureIsWellFormedAndShowsEveryValidRun() throws Exception {
        List<Run> runs = List.of(run(1, "one", 1, 60_000, true), run(2, "one", 2, 80_000, true),
                run(1, "two", 4, 90_000, false));
        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(Picture.of(result(runs, true)).getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("circle").getLength()).as("two runs, four percentiles").isEqualTo(6);
        assertThat(document.getDocumentElement().getTextContent()).contains("one", "1.500", "NOT WARM")
                .doesNotContain("two");
    }
}
