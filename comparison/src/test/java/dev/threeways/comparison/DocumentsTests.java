package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.analysis.Metric;
import dev.threeways.comparison.report.Report;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.statistics.Interval;
import dev.threeways.lab.statistics.PairedRatio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents quote what the committed runs say. */
class DocumentsTests {

    /**
     * A quote on a line of its own: {@code > sentence ([name](results/name/summary.md))}, or of a measurement's
     * {@code table.txt}.
     */
    private static final Pattern QUOTE = Pattern.compile(
            "^> (?<sentence>.+) \\(\\[[^]]+]\\((?:docs/)?results/(?<file>[\\w-]+/(?:summary\\.md|table\\.txt))\\)\\)$",
            Pattern.MULTILINE);

    private static final Pattern EXCERPT = Pattern.compile("^```text (?:docs/)?(?<file>\\S+)\\n(?<lines>.*?)^```$",
            Pattern.MULTILINE | Pattern.DOTALL);

    private static final List<List<String>> PAIRS = List.of(List.of("reactive", "blocking"),
            List.of("virtual-thread", "blocking"), List.of("virtual-thread", "reactive"));

    private static final Path ROOT = Home.find().root();

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/CHOOSING.md", "docs/CLAIMS.md"})
    void quotedSentencesAreInTheSummaries(String document) throws IOException {
        String text = Files.readString(ROOT.resolve(document));
        var quotes = QUOTE.matcher(text);
        while (quotes.find()) {
            assertThat(Files.readString(ROOT.resolve("docs/results/" + quotes.group("file"))))
                    .as(quotes.group())
                    .contains(quotes.group("sentence"));
        }
        assertThat(QUOTE.matcher(text).results().count()).as("quotes")
                .isPositive()
                .isEqualTo(text.lines().filter(line -> line.startsWith("> ")).count());
    }

    /** Expects {@code ```text results/name/table.txt}, then lines of that file to the end of the block. */
    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/CHOOSING.md", "docs/CLAIMS.md", "docs/ARCHITECTURES.md"})
    void excerptsAreOfTheTables(String document) throws IOException {
        var excerpts = EXCERPT.matcher(Files.readString(ROOT.resolve(document)));
        int count = 0;
        while (excerpts.find()) {
            count++;
            assertThat(Files.readAllLines(ROOT.resolve("docs").resolve(excerpts.group("file"))))
                    .as(document)
                    .containsSubsequence(excerpts.group("lines").lines().toList());
        }
        assertThat(count).as("excerpts").isPositive();
    }

    @Test
    void theTableInReadmeIsWhatTheCommittedRunPrints() throws IOException {
        Result baseline = ResultFile.of(ROOT.resolve("docs/results/baseline"));
        assertThat(Files.readString(ROOT.resolve("README.md")).lines().toList())
                .containsSubsequence(Report.of(baseline).lines().toList());
    }

    /** Compares CPU per request in the warm-up's window at that time, as the measured one is compared. */
    @ParameterizedTest
    @CsvSource({"10,10 s", "20,20 s", "30,30 s", ",'as measured, settled after 49 to 79 s'"})
    void aFixedWarmUpWouldHaveSaidWhatTheMethodTells(Integer seconds, String row) throws IOException {
        Result baseline = ResultFile.of(ROOT.resolve("docs/results/baseline"));
        List<String> cells = new ArrayList<>(List.of(row));
        for (List<String> pair : PAIRS) {
            PairedRatio ratio = PairedRatio.of(values(baseline, pair.getFirst(), seconds),
                    values(baseline, pair.getLast(), seconds)).orElseThrow();
            Interval interval = ratio.interval(0.95);
            cells.add(String.format(Locale.ROOT, "%.2f (%.2f – %.2f)", ratio.ratio(), interval.low(), interval.high()));
        }

        assertThat(Files.readString(ROOT.resolve("docs/METHOD.md")))
                .contains("| " + String.join(" | ", cells) + " |");
    }

    /**
     * The injected slowdown, as stages of requests show it, is within the intervals that were found without stages. It
     * is CPU time for a longer signature, and wait for a longer read, which delays the whole request.
     */
    @Test
    void whatWasInjectedIsWithinItsInterval() throws IOException {
        Result result = ResultFile.of(ROOT.resolve("docs/results/injected-slowdown"));
        String method = Files.readString(ROOT.resolve("docs/METHOD.md"));

        assertInjected(result, Metric.CPU, "busier", injected(result, "sign", "busier", Metric.CPU), 3, method);
        assertInjected(result, Metric.P50, "later", injected(result, "read", "later", Metric.P50), 4, method);
        assertInjected(result, Metric.P99, "later", injected(result, "read", "later", Metric.P99), 4, method);
    }

    /** Returns the geometric mean over the blocks, relative to each block's undisturbed fork. */
    private static double injected(Result result, String stage, String stack, Metric metric) {
        List<Run> runs = result.runs().stream().filter(run -> run.stack().equals(stack)).toList();
        return Math.exp(runs.stream().mapToDouble(run -> {
            Run undisturbed = result.runs()
                    .stream()
                    .filter(other -> other.block() == run.block() && other.stack().equals("blocking"))
                    .findFirst()
                    .orElseThrow();
            double millis = run.service().stageMillis().getOrDefault(stage, 0.0)
                    - undisturbed.service().stageMillis().getOrDefault(stage, 0.0);
            return Math.log(1 + millis / metric.value(undisturbed));
        }).average().orElseThrow());
    }

    private static void assertInjected(Result result, Metric metric, String stack, double injected, int decimals,
            String method) {
        Result.Comparison found = result.comparisons()
                .stream()
                .filter(comparison -> comparison.stack().equals(stack)
                        && comparison.comparedWith().equals("blocking") && comparison.metric().equals(metric.id()))
                .findFirst()
                .orElseThrow();
        assertThat(injected).as(stack + ", " + metric.title()).isBetween(found.low(), found.high());
        String number = "%." + decimals + "f";
        assertThat(method).contains(String.format(Locale.ROOT, stack + " / blocking | " + number + " | " + number + " ("
                + number + " – " + number + "): different |", injected, found.ratio(), found.low(), found.high()));
    }

    private static List<Double> values(Result result, String stack, Integer seconds) {
        ToDoubleFunction<Run> cpu = seconds == null
                ? run -> run.cost().perRequest().serviceCpuMillis()
                : run -> run.warmUp()
                        .windows()
                        .stream()
                        .filter(window -> window.atMillis() >= seconds * 1000L)
                        .findFirst()
                        .orElseGet(() -> run.warmUp().windows().getLast())
                        .cpuMillisPerRequest();
        return result.runs().stream().filter(run -> run.stack().equals(stack)).mapToDouble(cpu).boxed().toList();
    }
}
