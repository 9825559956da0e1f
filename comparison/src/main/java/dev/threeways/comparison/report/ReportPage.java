package dev.threeways.comparison.report;

import dev.threeways.comparison.analysis.Analysis;
import dev.threeways.comparison.analysis.Findings.Statement;
import dev.threeways.comparison.analysis.Findings;
import dev.threeways.comparison.analysis.Choice;
import dev.threeways.comparison.analysis.Metric;
import dev.threeways.comparison.result.Outcome;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.StackSummary;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.lab.process.Machine;
import dev.threeways.lab.report.Chart;
import dev.threeways.lab.report.Html;
import dev.threeways.lab.report.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * {@value #NAME}: one file with everything in it, for a browser that is offline. It includes Apache ECharts, whose
 * script draws the figures; without scripts the words and tables are still there.
 */
public final class ReportPage {

    public static final String NAME = "report.html";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final Duration MILLI = Duration.ofMillis(1);

    private final Page html;

    private ReportPage(Page html) {
        this.html = html;
    }

    public static void write(List<Result> results, Path directory) throws IOException {
        Path draft = directory.resolve(NAME + ".new");
        Files.writeString(draft, of(results));
        Files.move(draft, directory.resolve(NAME), StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    /** @param results at least one, shown one after the other */
    public static String of(List<Result> results) {
        ReportPage page = new ReportPage(new Page("Three ways to wait: " + String.join(", ",
                results.stream().map(result -> result.settings().scenario().name()).distinct().toList())));
        page.head(results);
        for (int i = 0; i < results.size(); i++) {
            page.result(results.get(i), i + 1);
        }
        page.html.append(
                "</main>\n<footer><p>How it is measured, and what it cannot tell: docs/METHOD.md. Figures drawn with "
                        + "Apache ECharts 5.5.0, Apache License 2.0.</p></footer>\n");
        return page.html.end();
    }

    private void head(List<Result> results) {
        html.append("<header>\n")
                .append(Html.element("h1", "Three ways to wait"))
                .append(Html.element("p",
                        "The same payment handler on several stacks, compared. What is said here is what "
                                + "the measurements permit to say, and no more."));
        if (results.size() > 1) {
            html.append("<nav aria-label=\"Scenarios\"><ol>\n");
            for (int i = 0; i < results.size(); i++) {
                List<String> choice = Choice.of(results.get(i));
                html.append("<li><a href=\"#scenario-")
                        .append(i + 1)
                        .append("\">")
                        .append(Html.escaped(results.get(i).settings().scenario().name()))
                        .append("</a>")
                        .append(choice.isEmpty() ? "" : ": " + Html.escaped(choice.getFirst()))
                        .append("</li>\n");
            }
            html.append("</ol></nav>\n");
        }
        html.append("</header>\n<main>\n");
    }

    private void result(Result result, int number) {
        html.append("<section class=\"scenario\" id=\"scenario-")
                .append(number)
                .append("\" aria-labelledby=\"title-")
                .append(number)
                .append("\">\n<h2 id=\"title-")
                .append(number)
                .append("\">")
                .append(Html.escaped(result.settings().scenario().name()))
                .append("</h2>\n")
                .append(Html.element("p", result.settings().scenario().question()))
                .append("<p class=\"conditions\">")
                .append(Html.escaped(conditions(result)))
                .append("</p>\n");
        answer(result);
        for (Charts.Group group : Charts.of(result, "s" + number + "-")) {
            html.append(Html.element("h3", group.title())).append("<div class=\"figures\">\n");
            group.charts().forEach(chart -> html.figure(chart, result.stamp()));
            html.append("</div>\n");
        }
        failures(result);
        RunTables.searches(result, html);
        RunTables.retained(result, html);
        conditionsInFull(result);
        runs(result);
        html.data(result.settings().scenario().name() + "-result.json", ResultFile.text(result)).append("</section>\n");
    }

    private static String conditions(Result result) {
        Settings settings = result.settings();
        Scenario scenario = settings.scenario();
        return String.format(Locale.ROOT,
                "%s, %s. %s (Poisson) for %s s%s, payments of %s ms (median) and %s ms (p99), %s CPUs %s; %s.",
                TIME.format(result.startedAt()), span(result.startedAt(), result.finishedAt()),
                String.join(", then ", scenario.steps().stream().map(step -> TimeCharts.load(scenario, step)).toList())
                        + (scenario.search() == Scenario.Search.NOTHING
                                ? ""
                                : " the highest rate that meets the objective"),
                shown(scenario.duration(), SECOND), settings.turns().areTaken()
                        ? " in turns of " + shown(settings.turns().length(), SECOND) + " s"
                        : "",
                shown(scenario.paymentMedian(), MILLI), shown(scenario.paymentP99(), MILLI), result.machine().cpus(),
                settings.cpus(),
                result.machine().cpuModel());
    }

    private static String shown(Duration duration, Duration unit) {
        return Chart.shown((double) duration.toNanos() / unit.toNanos());
    }

    private static String span(Instant from, Instant to) {
        Duration duration = Duration.between(from, to);
        return "took " + (duration.toMinutes() > 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s");
    }

    private void answer(Result result) {
        Findings answer = Findings.of(result);
        html.append("<div class=\"answer\">\n<h3>What it says</h3>\n");
        if (!answer.first().isEmpty()) {
            html.append("<div class=\"first\">\n").append(Html.list(answer.first())).append("</div>\n");
        }
        answer.choice()
                .forEach(text -> html.append("<p class=\"choice\">").append(Html.escaped(text)).append("</p>\n"));
        String metric = "";
        for (Statement statement : answer.statements()) {
            if (!statement.metric().equals(metric)) {
                html.append(metric.isEmpty() ? "" : "</ul>\n")
                        .append(Html.element("h4", Metric.of(statement.metric()).title()))
                        .append("<ul class=\"statements\">\n");
                metric = statement.metric();
            }
            html.append("<li><span class=\"kind ")
                    .append(statement.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .append("\">")
                    .append(Html.escaped(statement.kind().text()))
                    .append("</span> <span class=\"text\">")
                    .append(Html.escaped(statement.text()))
                    .append("</span></li>\n");
        }
        html.append(metric.isEmpty() ? "" : "</ul>\n");
        answer.also().forEach(text -> html.append("<p class=\"also\">").append(Html.escaped(text)).append("</p>\n"));
        html.append("</div>\n");
    }

    /** Counts the outcomes of the requests of all valid runs. */
    private void failures(Result result) {
        List<StackSummary> stacks = result.summary();
        Map<String, Map<String, Long>> kinds = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            for (StackSummary stack : stacks) {
                Long count = Analysis.outcomes(valid(result, stack.stack())).get(outcome.id());
                if (count != null) {
                    kinds.computeIfAbsent(outcome.id(), _ -> new TreeMap<>()).put(stack.stack(), count);
                }
            }
        }
        Map<String, Map<String, Long>> statuses = new TreeMap<>();
        stacks.forEach(stack -> valid(result, stack.stack()).forEach(run -> run.client()
                .requests()
                .statuses()
                .forEach(
                        (status, count) -> statuses.computeIfAbsent("answers of status " + status, _ -> new TreeMap<>())
                                .merge(run.stack(), count, Long::sum))));
        kinds.putAll(statuses);
        List<List<String>> rows = new ArrayList<>(List.of(titles("requests of valid runs", stacks)));
        rows.add(row("planned", stacks, stack -> String.valueOf(
                valid(result, stack).stream().mapToLong(run -> run.client().requests().planned()).sum())));
        kinds.forEach((kind, counts) -> rows
                .add(row(kind, stacks, stack -> String.valueOf(counts.getOrDefault(stack, 0L)))));
        html.append("<h3>Answers and errors by kind</h3>\n").append(Html.table("Answers and errors by kind", rows));
    }

    private static List<Run> valid(Result result, String stack) {
        return result.runs().stream().filter(run -> run.isValid() && run.stack().equals(stack)).toList();
    }

    private static List<String> titles(String first, List<StackSummary> stacks) {
        return row(first, stacks, stack -> stack);
    }

    private static List<String> row(String first, List<StackSummary> stacks, Function<String, String> cell) {
        List<String> row = new ArrayList<>(List.of(first));
        stacks.forEach(stack -> row.add(cell.apply(stack.stack())));
        return row;
    }

    /** Shows what was the same for all stacks, as requested and as read back. */
    private void conditionsInFull(Result result) {
        html.append("<h3>Settings and fairness</h3>\n")
                .append("<p>As they were asked for, and as they were read back from "
                        + "what ran. Each stack had the same but what makes it that stack.</p>\n");
        details("Settings", Html.table("Settings", settings(result)));
        details("Machine and versions", Html.table("Machine and versions", machine(result)));
        details("JVM options", Html.table("JVM options", options(result)));
        details("Limits, read back from the running services", readBack(result, "limit",
                run -> new TreeMap<>(strings(run.service().before().limits()))));
        details("JVM flags, read back from the running services", readBack(result, "flag",
                run -> new TreeMap<>(run.service().flags())));
    }

    private void details(String title, String content) {
        html.append("<details><summary>")
                .append(Html.escaped(title))
                .append("</summary>\n")
                .append(content)
                .append("</details>\n");
    }

    private static List<List<String>> settings(Result result) {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("setting", "value")));
        rows.add(List.of("command", "./compare " + String.join(" ", result.command())));
        addSettings(rows, "", ResultFile.tree(result.settings()));
        return rows;
    }

    /** Adds each setting under its name in {@code result.json}. */
    private static void addSettings(List<List<String>> rows, String path, JsonNode settings) {
        settings.properties().forEach(setting -> {
            String name = path + setting.getKey();
            JsonNode value = setting.getValue();
            if (value.isObject() && !value.isEmpty()) {
                addSettings(rows, name + ".", value);
            } else {
                rows.add(List.of(name, value.isString() ? value.stringValue() : value.toString()));
            }
        });
    }

    private static List<List<String>> machine(Result result) {
        Machine machine = result.machine();
        List<List<String>> rows = new ArrayList<>(List.of(List.of("", "value")));
        rows.add(List.of("CPUs", machine.cpus() + " × " + machine.cpuModel()));
        rows.add(List.of("memory", String.format(Locale.ROOT, "%.1f GiB", machine.memoryBytes() / (double) (1 << 30))));
        rows.add(List.of("kernel", machine.kernel()));
        rows.add(List.of("JVM", machine.jvm()));
        rows.add(List.of("database", result.database()));
        Result.Ceiling ceiling = result.ceiling();
        if (ceiling != null) {
            rows.add(List.of("load generator", String.format(Locale.ROOT,
                    "in time at %s%.0f requests/s, %.3f ms of CPU each; used for up to %.0f requests/s",
                    ceiling.reached() ? "" : "least ", ceiling.ratePerSecond(), ceiling.cpuMillisPerRequest(),
                    ceiling.usablePerSecond())));
        }
        Double added = result.addedCpuMillis();
        if (added != null) {
            rows.add(List.of("CPU time added to every request of every stack",
                    String.format(Locale.ROOT, "%.2f ms, so that the generator can overload them", added)));
        }
        rows.add(List.of("commit", (machine.commit().isEmpty() ? "not known" : machine.commit())
                + (machine.modified() ? ", with changes" : "")));
        for (Result.Build build : result.builds()) {
            rows.add(List.of(build.stack() + ", SHA-256 of the jar", build.sha256()));
            rows.add(List.of(build.stack() + ", libraries", String.join(", ", build.libraries())));
        }
        return rows;
    }

    private static List<List<String>> options(Result result) {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("JVM of", "options")));
        new TreeMap<>(result.jvmOptions())
                .forEach((process, options) -> rows.add(List.of(process, String.join(" ", options))));
        return rows;
    }

    private static Map<String, String> strings(Map<String, Long> numbers) {
        Map<String, String> strings = new LinkedHashMap<>();
        numbers.forEach((key, value) -> strings.put(key, String.valueOf(value)));
        return strings;
    }

    /** Makes a column for each stack; what differed between its runs has all its values. */
    private static String readBack(Result result, String title, Function<Run, Map<String, String>> of) {
        Map<String, Map<String, TreeSet<String>>> values = new TreeMap<>();
        for (Run run : result.runs()) {
            of.apply(run)
                    .forEach((name, value) -> values.computeIfAbsent(name, _ -> new TreeMap<>())
                            .computeIfAbsent(run.stack(), _ -> new TreeSet<>())
                            .add(value));
        }
        if (values.isEmpty()) {
            return Html.element("p", "The services do not tell.");
        }
        List<List<String>> rows = new ArrayList<>(List.of(titles(title, result.summary())));
        values.forEach((name, stacks) -> rows.add(row(name, result.summary(),
                stack -> stacks.containsKey(stack)
                        ? String.join(" or ", Objects.requireNonNull(stacks.get(stack)))
                        : "–")));
        return Html.table(title, rows);
    }

    private void runs(Result result) {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("fork", "counts", "warm-up", "OK of planned",
                Metric.CPU.title(), Metric.P50.title(), Metric.P99.title(), "compiler, % of CPU", "load before",
                "load after", "steal, %", "as before after, s", "collections", "generator lag p99, ms")));
        for (Run run : result.runs()) {
            Integer recovery = run.event().recoverySeconds();
            rows.add(List.of("block " + run.block() + ", " + run.stack(), run.isValid() ? "yes" : "no, invalid",
                    String.format(Locale.ROOT, "%s, %d requests in %.0f s",
                            run.warmUp().ended().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            run.warmUp().requests(), run.warmUp().seconds()),
                    run.client().requests().ok() + " of " + run.client().requests().planned(),
                    Chart.shown(Metric.CPU.value(run)), Chart.shown(run.client().latencyMillis().p50()),
                    Chart.shown(run.client().latencyMillis().p99()), Chart.shown(run.window().compilerPercent()),
                    Chart.shown(run.window().loadAverageBefore()), Chart.shown(run.window().loadAverageAfter()),
                    Chart.shown(run.window().stealPercent()),
                    recovery == null ? "–" : String.valueOf(recovery),
                    run.cost().collections().count() + ", " + run.cost().collections().millis() + " ms",
                    Chart.shown(run.client().generatorLagMillis().p99())));
        }
        html.append("<h3>Runs</h3>\n");
        details("Each of " + result.runs().size() + " forks, in the order in which they ran", Html.table("Runs", rows));
        List<String> notes = new ArrayList<>();
        for (Run run : result.runs()) {
            String head = "block " + run.block() + ", " + run.stack() + ": ";
            run.problems().forEach(problem -> notes.add(head + "INVALID: " + problem));
            run.warnings().forEach(warning -> notes.add(head + warning));
        }
        if (notes.isEmpty()) {
            html.append(Html.element("p", "No run has a note."));
        } else {
            details("Notes of the runs: " + notes.size(), Html.list(notes));
        }
    }
}
