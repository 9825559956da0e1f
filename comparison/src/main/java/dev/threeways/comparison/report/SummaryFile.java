package dev.threeways.comparison.report;

import dev.threeways.comparison.analysis.Findings;
import dev.threeways.comparison.analysis.Findings.Statement;
import dev.threeways.comparison.analysis.Metric;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Comparison;
import dev.threeways.comparison.result.Result.Spread;
import dev.threeways.comparison.result.Result.StackSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** {@value #NAME}: the answer in words and the headline metrics, as Markdown for a pull request. */
public final class SummaryFile {

    public static final String NAME = "summary.md";

    private SummaryFile() {}

    public static void write(List<Result> results, Path directory) throws IOException {
        Files.writeString(directory.resolve(NAME), of(results));
    }

    public static String of(List<Result> results) {
        List<String> lines = new ArrayList<>();
        results.forEach(result -> add(result, lines));
        return String.join("\n", lines) + "\n";
    }

    private static void add(Result result, List<String> lines) {
        Findings answer = Findings.of(result);
        if (!lines.isEmpty()) {
            lines.add("");
        }
        lines.add("## " + escaped(result.settings().scenario().name()));
        lines.add("");
        lines.add(escaped(result.settings().scenario().question()));
        lines.add("");
        answer.first().forEach(text -> lines.add("- **" + escaped(text) + "**"));
        answer.choice().forEach(text -> lines.add("- " + escaped(text)));
        for (Statement statement : answer.statements()) {
            lines.add("- " + statement.kind().text() + ": " + escaped(statement.text()));
        }
        answer.also().forEach(text -> {
            lines.add("");
            lines.add(escaped(text));
        });
        lines.add("");
        lines.addAll(figures(result));
        if (!result.comparisons().isEmpty() && result.stamp() == null) {
            lines.add("");
            lines.addAll(ratios(result));
        }
    }

    private static List<String> figures(Result result) {
        List<StackSummary> stacks = result.summary();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("median of forks (lowest – highest)", stacks.stream()
                .map(stack -> stack.stack() + ", n = " + stack.validRuns())
                .toList()));
        for (Metric metric : Metric.headlines(result)) {
            rows.add(row(metric.title(), stacks.stream().map(stack -> cell(metric, stack)).toList()));
        }
        List<String> lines = new ArrayList<>(table(rows));
        if (Metric.headlines(result)
                .stream()
                .anyMatch(metric -> stacks.stream().anyMatch(s -> metric.merged(s.latencyMillis()).isPresent()))) {
            lines.add("");
            lines.add(
                    "Percentiles are those of the forks' merged histograms. Forks vary together within a block, which ratios "
                            + "take out.");
        }
        return lines;
    }

    private static String cell(Metric metric, StackSummary stack) {
        Spread spread = stack.metrics().get(metric.id());
        if (spread == null) {
            return "–";
        }
        String format = "%." + metric.decimals() + "f";
        double middle = metric.merged(stack.latencyMillis()).orElse(spread.median());
        return stack.validRuns() < 2
                ? String.format(Locale.ROOT, format, middle)
                : String.format(Locale.ROOT, format + " (" + format + " – " + format + ")", middle, spread.min(),
                        spread.max());
    }

    private static List<String> ratios(Result result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ratio", "metric", "ratio (interval)", "blocks", "verdict", "found from"));
        for (Comparison comparison : result.comparisons()) {
            rows.add(List.of(comparison.stack() + " / " + comparison.comparedWith(),
                    Metric.of(comparison.metric()).title(),
                    Findings.figures(comparison, result.settings().plan().margin()),
                    String.valueOf(comparison.blockRatios().size()),
                    Objects.requireNonNullElse(comparison.verdict(), "–")
                            + (comparison.preliminary() ? ", preliminary" : ""),
                    Findings.detectable(comparison.detectable())));
        }
        List<String> lines = new ArrayList<>(table(rows));
        lines.add("");
        lines.add(
                "Found from: the smallest ratio that so many blocks with so much spread call different, in four experiments "
                        + "of five.");
        return lines;
    }

    private static List<String> row(String first, List<String> others) {
        List<String> row = new ArrayList<>(List.of(first));
        row.addAll(others);
        return row;
    }

    private static List<String> table(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            lines.add("| " + String.join(" | ", row.stream().map(SummaryFile::escaped).toList()) + " |");
            if (lines.size() == 1) {
                lines.add("|" + String.join("", Collections.nCopies(row.size(), "---|")));
            }
        }
        return lines;
    }

    /** Escapes what Markdown, or the HTML in it, would take for its own. A line stays one. */
    static String escaped(String text) {
        return text.replaceAll("[\\\\`*_\\[\\]|#]", "\\\\$0")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replaceAll("\\s*\\R\\s*", " ");
    }
}
