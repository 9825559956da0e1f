package dev.threeways.connections.measure;

import dev.threeways.connections.measure.Findings.Comparison;
import dev.threeways.connections.measure.Findings.Metric;
import dev.threeways.lab.report.Chart;
import dev.threeways.lab.report.Html;
import dev.threeways.lab.report.Page;
import dev.threeways.lab.report.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes findings as text for a terminal, as JSON, and as a page in the style of the comparison's report. */
final class FindingsReport {

    static final String JSON = "result.json";

    static final String PAGE = "report.html";

    static final String TEXT = "table.txt";

    private static final JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private FindingsReport() {}

    static void write(Findings findings, Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(JSON), json.writeValueAsString(findings) + "\n");
        Files.writeString(directory.resolve(TEXT), text(findings));
        Files.writeString(directory.resolve(PAGE), page(findings));
    }

    /** Returns findings, or a plan of them, as they are written. */
    static JsonNode tree(Object part) {
        return json.valueToTree(part);
    }

    /** Returns a table for each metric, then what the intervals permit to say. */
    static String text(Findings findings) {
        StringBuilder text = new StringBuilder();
        text.append(findings.question()).append("\n\n").append(machine(findings)).append('\n');
        findings.settings().forEach(setting -> text.append(setting).append('\n'));
        for (Metric metric : findings.metrics()) {
            text.append('\n')
                    .append(metric.title())
                    .append('\n')
                    .append(TextTable.of(rows(findings, metric)).indent(2));
        }
        text.append("\nEach cell: median of ")
                .append(findings.forks())
                .append(findings.forks() == 1 ? " fork.\n" : " forks (lowest - highest).\n");
        if (!findings.comparisons().isEmpty()) {
            text.append(
                    "\nRatios, paired by fork; a \"different\" that is not true is among them in at most 5 % of experiments.\n");
            findings.comparisons().forEach(one -> text.append("  ").append(sentence(findings, one)).append('\n'));
        }
        findings.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
        return text.toString();
    }

    private static String sentence(Findings findings, Comparison one) {
        String title = findings.metrics()
                .stream()
                .filter(metric -> metric.id().equals(one.metric()))
                .map(Metric::title)
                .findFirst()
                .orElse(one.metric());
        return String.format(Locale.ROOT, "%s, %s / %s%s: %s (%s - %s, %d forks): %s", title, one.series(),
                one.comparedWith(), one.x() == 0 ? "" : " at " + Chart.shown(one.x()), Chart.shown(one.ratio()),
                Chart.shown(one.low()), Chart.shown(one.high()), one.forks(), one.verdict());
    }

    /** Puts the shorter of series and x in columns; with a single x, there is a row for each series. */
    private static List<List<String>> rows(Findings findings, Metric metric) {
        List<String> series = findings.series(metric.id());
        List<Double> xs = findings.xs(metric.id());
        if (xs.size() < 2) {
            return series.stream().map(one -> row(one, xs, x -> findings.values(metric.id(), one, x))).toList();
        }
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(findings.xTitle()));
        rows.add(head);
        if (series.size() > xs.size()) {
            xs.forEach(x -> head.add(Chart.shown(x)));
            series.forEach(one -> rows.add(row(one, xs, x -> findings.values(metric.id(), one, x))));
        } else {
            head.addAll(series);
            xs.forEach(x -> rows.add(row(Chart.shown(x), series, one -> findings.values(metric.id(), one, x))));
        }
        return rows;
    }

    private static <T> List<String> row(String name, List<T> columns, Function<T, List<Double>> values) {
        return Stream.concat(Stream.of(name), columns.stream().map(column -> cell(values.apply(column)))).toList();
    }

    private static String cell(List<Double> values) {
        return values.isEmpty()
                ? "-"
                : values.size() == 1
                        ? Chart.shown(values.getFirst())
                        : Chart.shown(Findings.median(values)) + " (" + Chart.shown(Collections.min(values)) + " - "
                                + Chart.shown(Collections.max(values)) + ")";
    }

    private static String machine(Findings findings) {
        return String.format(Locale.ROOT, "%s, %d CPUs, %.0f GiB, %s, %s; ./architectures %s",
                findings.machine().cpuModel(), findings.machine().cpus(),
                findings.machine().memoryBytes() / (double) (1 << 30), findings.machine().kernel(),
                findings.machine().jvm(), String.join(" ", findings.command()));
    }

    static String page(Findings findings) {
        Page page = new Page("Connection architectures: " + findings.measurement());
        page.append("<header>\n")
                .append(Html.element("h1", "Connection architectures"))
                .append(Html.element("p", "The ways a server can take connections, and what they cost."))
                .append("</header>\n<main>\n<section class=\"scenario\" aria-labelledby=\"title\">\n<h2 id=\"title\">")
                .append(Html.escaped(findings.measurement()))
                .append("</h2>\n")
                .append(Html.element("p", findings.question()))
                .append("<p class=\"conditions\">")
                .append(Html.escaped(machine(findings)))
                .append("</p>\n");
        page.append("<div class=\"answer\">\n<h3>What it says</h3>\n");
        page.append(findings.comparisons().isEmpty()
                ? Html.element("p", "Nothing was compared: see the figures.")
                : Html.list(findings.comparisons().stream().map(one -> sentence(findings, one)).toList()));
        page.append("</div>\n<h3>Figures</h3>\n<div class=\"figures\">\n");
        findings.metrics()
                .stream()
                .filter(metric -> !findings.series(metric.id()).isEmpty())
                .forEach(metric -> page.figure(chart(findings, metric), null));
        page.append("</div>\n<h3>Settings</h3>\n").append(Html.list(findings.settings()));
        if (!findings.notes().isEmpty()) {
            page.append("<h3>Notes</h3>\n").append(Html.list(findings.notes()));
        }
        return page.data(findings.measurement() + "-result.json", json.writeValueAsString(findings))
                .append("</section>\n</main>\n<footer><p>How it is measured: connection-architectures/README.md. Figures "
                        + "drawn with Apache ECharts 5.5.0, Apache License 2.0.</p></footer>\n")
                .end();
    }

    private static Chart chart(Findings findings, Metric metric) {
        List<String> names = findings.series(metric.id());
        List<Double> xs = findings.xs(metric.id());
        List<Chart.Series> series = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            series.add(xs.size() < 2
                    ? row(findings, metric, names.get(i), i)
                    : line(findings, metric, names.get(i), i, xs));
        }
        String about = "Median of " + findings.forks() + " forks, lowest to highest.";
        return xs.size() < 2
                ? new Chart(metric.id(), Chart.Kind.POINTS, metric.title(), about,
                        linear(findings, metric), Chart.Axis.rows(names), series, List.of())
                : new Chart(metric.id(), Chart.Kind.LINES, metric.title(), about,
                        Chart.Axis.of(findings.xTitle(), Chart.Scale.DOUBLING, xs.getFirst(), xs.getLast()),
                        y(findings, metric), series, List.of());
    }

    /** Chooses a logarithmic axis where values are orders of magnitude apart. */
    private static Chart.Axis y(Findings findings, Metric metric) {
        List<Double> values = findings.values(metric.id());
        double low = Collections.min(values);
        return low > 0 && Collections.max(values) / low > 30
                ? Chart.Axis.of(metric.title(), Chart.Scale.DOUBLING, null, null)
                : linear(findings, metric);
    }

    /** Starts at zero, or below it: a difference of two figures may be negative. */
    private static Chart.Axis linear(Findings findings, Metric metric) {
        return Collections.min(findings.values(metric.id())) < 0
                ? Chart.Axis.of(metric.title(), Chart.Scale.LINEAR, null, null)
                : Chart.Axis.linear(metric.title());
    }

    private static Chart.Series row(Findings findings, Metric metric, String name, int style) {
        List<@Nullable Double> values = new ArrayList<>();
        findings.xs(metric.id()).forEach(x -> values.addAll(findings.values(metric.id(), name, x)));
        return new Chart.Series(name, style, List.of(), values, List.of(), List.of(),
                Findings.median(findings.values(metric.id(), name, findings.xs(metric.id()).getFirst())));
    }

    private static Chart.Series line(Findings findings, Metric metric, String name, int style, List<Double> xs) {
        List<Double> at = xs.stream().filter(x -> !findings.values(metric.id(), name, x).isEmpty()).toList();
        List<@Nullable Double> middle = new ArrayList<>();
        List<@Nullable Double> low = new ArrayList<>();
        List<@Nullable Double> high = new ArrayList<>();
        for (double x : at) {
            List<Double> values = findings.values(metric.id(), name, x);
            middle.add(Findings.median(values));
            low.add(Collections.min(values));
            high.add(Collections.max(values));
        }
        return new Chart.Series(name, style, at, middle, low, high, null);
    }
}
