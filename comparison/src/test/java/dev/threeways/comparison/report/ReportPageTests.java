package dev.threeways.comparison.report;

import dev.threeways.comparison.scenario.Plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.cli.Compare;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.result.SampleResults;
import dev.threeways.lab.cli.Interruption;
import dev.threeways.lab.report.Chart;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests what is written beside a result, and the commands that write it again and compare two. */
class ReportPageTests {

    private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'&</script><!--";

    private static final String ALL_THREADS = "Threads of the process";

    @TempDir
    private Path directory = Path.of(".");

    private record Ended(int exitCode, String out, String err) {}

    private static Ended compare(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Compare.commandLine(new Interruption())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int exitCode = command.execute(List.of(arguments).stream().map(String::valueOf).toArray(String[]::new));
        return new Ended(exitCode, out.toString(), err.toString());
    }

    private Path written(Result result, String name) throws IOException {
        Path path = Files.createDirectories(directory.resolve(name));
        ResultFile.write(result, path);
        return path;
    }

    private static JsonNode json(String page, String id) {
        Matcher script = Pattern.compile("id=\"" + id + "\">(.*?)</script>", Pattern.DOTALL).matcher(page);
        assertThat(script.find()).as(id).isTrue();
        return JsonMapper.shared().readTree(script.group(1));
    }

    @Test
    void pageHasTheResultItself() {
        Result result = SampleResults.outage(2);
        String page = ReportPage.of(List.of(result));
        assertThat(json(page, "result-1")).isEqualTo(JsonMapper.shared().readTree(ResultFile.text(result)));
    }

    @Test
    void whatComesFromDataIsText() {
        Result result = SampleResults.renamed(SampleResults.steady(3), "reactive", HOSTILE);
        Result failed = SampleResults.failed(result, HOSTILE);
        String page = ReportPage.of(List.of(failed));
        assertThat(page).doesNotContain("<img src=x").contains("&lt;img src=x");
        assertThat(Pattern.compile("</script").matcher(page).results().count())
                .as("result, charts, library, own script")
                .isEqualTo(4);
        assertThat(json(page, "result-1").path("failure").stringValue()).isEqualTo(HOSTILE);
        assertThat(json(page, "charts").toString()).contains("onerror");
        assertThat(SummaryFile.of(List.of(failed))).doesNotContain("<img").doesNotContain("<!--");
    }

    @Test
    void figuresAreOfValidForksAndSayHowMany() {
        List<Charts.Group> groups = Charts.of(SampleResults.outage(4), "s1-");
        assertThat(groups).extracting(Charts.Group::title)
                .containsExactly("Ratios", "Latency",
                        "Throughput and outcomes", "What a request costs", "Over time", "Where a request waits");
        Set<String> ids = new HashSet<>();
        groups.stream().flatMap(group -> group.charts().stream()).forEach(chart -> {
            assertThat(ids.add(chart.id())).as(chart.id()).isTrue();
            assertThat(chart.about()).as(chart.id()).containsPattern("\\d (valid )?(forks?|blocks)|blocking 4");
            assertThat(chart.alternative()).as(chart.id()).contains(chart.title());
            assertThat(chart.table()).as(chart.id())
                    .hasSizeGreaterThan(1)
                    .allMatch(row -> row.size() == chart.table().getFirst().size());
        });
        Chart cpu = groups.get(3).charts().getFirst();
        assertThat(cpu.series()).hasSize(3).allMatch(series -> series.y().size() == 4);
        assertThat(cpu.series()).as("interval of the mean of the forks").allSatisfy(series -> {
            assertThat(series.low().getFirst()).isLessThan(series.middle());
            assertThat(series.high().getFirst()).isGreaterThan(series.middle());
        });
        Chart goodput = groups.get(2).charts().getFirst();
        assertThat(goodput.marks()).extracting(Chart.Mark::text)
                .containsExactly("payment hangs", "payment refuses",
                        "payment returns");
        assertThat(goodput.series().getFirst().name()).isEqualTo("due");
    }

    private static List<Chart> overTime(Result result) {
        return Charts.of(result, "")
                .stream()
                .filter(group -> group.title().equals("Over time"))
                .flatMap(group -> group.charts().stream())
                .toList();
    }

    @Test
    void threadsOverTimeAreShownByRole() {
        List<Chart> charts = overTime(SampleResults.spike(2));
        assertThat(charts).extracting(Chart::title)
                .containsSubsequence("Threads by role: blocking",
                        "Threads by role: reactive", "Threads by role: virtual-thread")
                .doesNotContain(ALL_THREADS);
        Chart blocking = charts.stream().filter(chart -> chart.id().equals("threads-0")).findFirst().orElseThrow();
        assertThat(blocking.alternative())
                .startsWith("Stacked columns: Threads by role: blocking. management 12 to 12; ")
                .contains("; request-worker 84 to 84; ", "; other 15 to 15; at 10 s: 1000/s");
        assertThat(blocking.table()).hasSize(1 + 35);
        assertThat(blocking.table().getFirst()).containsExactly("s", "management", "acceptor", "poller",
                "request-worker", "jdbc-pool", "http-client", "log-writer", "gc-compiler", "other");
        assertThat(blocking.table().getLast()).containsExactly("34", "12", "1", "1", "84", "1", "2", "1", "8", "15");
        assertThat(blocking.series()).extracting(Chart.Series::style)
                .as("no two alike")
                .doesNotHaveDuplicates()
                .endsWith(0);
    }

    @Test
    void threadsOfServicesThatDoNotTellAreShownAllTogether() {
        Result result = SampleResults.withoutRoles(SampleResults.steady(2));
        assertThat(ReportPage.of(List.of(result))).contains(ALL_THREADS).doesNotContain("Threads by role");
        List<Result.Run> runs = new ArrayList<>(result.runs());
        runs.set(0, SampleResults.steady(2).runs().getFirst());
        assertThat(overTime(SampleResults.withRuns(result, runs))).extracting(Chart::title)
                .as("of one fork it is known")
                .containsSubsequence(ALL_THREADS, "Threads by role: blocking")
                .doesNotContain("Threads by role: reactive");
    }

    @Test
    void stepsOfTheLoadAreMarked() {
        Chart latency = Charts.of(SampleResults.spike(2), "").get(1).charts().get(1);
        assertThat(latency.marks()).containsExactly(new Chart.Mark(10, "1000/s"), new Chart.Mark(15, "100/s"));
    }

    /** A percentile is a guess if no request is beyond it. */
    @Test
    void percentilesEndWhereRequestsDo() {
        Chart percentiles = Charts.of(SampleResults.steady(2), "").get(1).charts().getFirst();
        assertThat(percentiles.series()).allSatisfy(series -> {
            assertThat(series.x().getLast()).isBetween(5_000.0, 10_000.0);
            assertThat(series.y()).isSorted();
            assertThat(series.low().getLast()).isNull();
        });
        double p50 = SampleResults.steady(2).summary().getFirst().latencyMillis().p50();
        List<String> middle = percentiles.table()
                .stream()
                .skip(1)
                .filter(row -> Double.parseDouble(row.getFirst()) > 50)
                .findFirst()
                .orElseThrow();
        assertThat(Double.parseDouble(middle.get(1))).isBetween(p50, p50 * 1.2);
    }

    @Test
    void aResultWithoutAValidRunIsAPageAllTheSame() {
        Result one = SampleResults.steady(1);
        Result none = SampleResults.withRuns(one,
                one.runs().stream().map(run -> SampleResults.invalid(run, "A1: lost")).toList());
        assertThat(ReportPage.of(List.of(none))).contains("is invalid and in no figure: A1: lost");
        assertThat(SummaryFile.of(List.of(none))).contains("is invalid and in no figure: A1: lost");
        Result empty = SampleResults.failed(SampleResults.withRuns(one, List.of()), "PostgreSQL did not start");
        assertThat(ReportPage.of(List.of(empty))).contains("PostgreSQL did not start");
    }

    @Test
    void aSearchIsShownWithWhatEndedIt() {
        assertThat(ReportPage.of(List.of(SampleResults.capacity(1)))).contains("<td>224</td>",
                "<td>251: of 1500 requests 2.00 % late, 0.20 % failed</td>",
                "<td>224: more were on their way than came to an end; 200 held</td>");
        assertThat(ReportPage.of(List.of(SampleResults.steady(1)))).doesNotContain("The search");
    }

    @Test
    void everyFigureOfAQuickRunIsStamped() {
        String page = ReportPage.of(List.of(SampleResults.quick()));
        long figures = Pattern.compile("<figure ").matcher(page).results().count();
        assertThat(Pattern.compile("<em>" + Plan.QUICK_STAMP + "</em>").matcher(page).results().count())
                .isEqualTo(figures)
                .isPositive();
        assertThat(ReportPage.of(List.of(SampleResults.steady(2)))).doesNotContain(Plan.QUICK_STAMP);
    }

    @Test
    void summaryIsMarkdown() {
        String summary = SummaryFile.of(List.of(SampleResults.steady(6), SampleResults.quick()));
        assertThat(summary).contains("## baseline\n")
                .contains("- different: reactive needs 1.3")
                .contains("| median of forks (lowest – highest) | blocking, n = 6 | reactive, n = 6 |")
                .contains("| reactive / blocking | CPU ms/OK answer, service | 1.3")
                .contains("- **A quick run, " + Plan.QUICK_STAMP);
        assertThat(summary.lines().filter(line -> line.startsWith("|"))).allMatch(line -> line.endsWith("|"));
    }

    @Test
    void whatCannotBeReadIsSaidInALine() throws IOException {
        Path none = Files.createDirectories(directory.resolve("none"));
        assertUsage(compare("report", none), "There is no " + none.resolve("result.json"));
        Path old = Files.createDirectories(directory.resolve("old"));
        Files.writeString(old.resolve("result.json"), "{\"schema\": 1, \"runs\": []}");
        assertUsage(compare("report", old), "has schema 1, and this version reads schema 5 only");
        assertUsage(compare("diff", old, none), "has schema 1");
        Path broken = Files.createDirectories(directory.resolve("broken"));
        Files.writeString(broken.resolve("result.json"), "{\"schema\": 5, \"runs\": [");
        assertUsage(compare("report", broken), "is not a result");
        Files.writeString(broken.resolve("result.json"), "{\"schema\": 5, \"runs\": 7}");
        assertUsage(compare("report", broken), "is not a result");
        assertThat(compare("report").exitCode()).isEqualTo(2);
        assertThat(compare("diff", none).exitCode()).isEqualTo(2);
        assertThat(compare("diff", none, none, "--margin", "much").exitCode()).isEqualTo(2);
    }

    private static void assertUsage(Ended ended, String message) {
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
        assertThat(ended.err().strip()).contains(message).hasLineCount(1);
    }

    @Test
    void diffExitsWithOneIfSomethingIsWorse() throws IOException {
        Path before = written(SampleResults.steady(8), "before");
        Path after = written(SampleResults.steady(8, 1.5, 5), "after");
        Ended same = compare("diff", before, before);
        assertThat(same.exitCode()).as(same.err()).isZero();
        assertThat(same.out()).contains("B / A")
                .contains("live heap + non-heap, MiB")
                .contains("equivalent")
                .doesNotContain("worse");
        Ended worse = compare("diff", before, after);
        assertThat(worse.exitCode()).isEqualTo(1);
        assertThat(worse.out().lines().filter(line -> line.startsWith("blocking") && line.contains("CPU"))).hasSize(1)
                .allMatch(
                        line -> line.matches("blocking +CPU ms/OK answer, service +1\\.\\d{3} \\(.*\\) +8, 8: worse"));
        Ended lenient = compare("diff", before, after, "--margin", "90%");
        assertThat(lenient.exitCode()).isZero();
        assertUsage(compare("diff", before, written(SampleResults.outage(2), "other")), "not of one design: scenario");
    }
}
