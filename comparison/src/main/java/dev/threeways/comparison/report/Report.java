package dev.threeways.comparison.report;

import dev.threeways.comparison.analysis.Basis;
import dev.threeways.comparison.analysis.Findings;
import dev.threeways.comparison.analysis.Metric;
import dev.threeways.comparison.result.Result.Comparison;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.Spread;
import dev.threeways.comparison.result.Result.StackSummary;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.AddedWork;
import dev.threeways.comparison.scenario.Plan;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.process.Machine;
import dev.threeways.lab.report.TextTable;
import dev.threeways.lab.statistics.PairedRatio;
import dev.threeways.lab.statistics.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The output in the terminal. It names no winner: it says how far apart stacks are, and how sure that is. */
public final class Report {

    /** Fewest blocks whose intervals are shown: those of two blocks reach from nothing to millions. */
    private static final int BLOCKS_FOR_INTERVALS = 3;

    private Report() {}

    /** Describes, before anything runs, what it runs on and how. */
    public static String header(Settings settings, Machine machine, Map<String, List<String>> jvmOptions,
            String database) {
        List<String> lines = new ArrayList<>();
        lines.add("Scenario:  " + settings.scenario().name() + ": " + settings.scenario().question());
        lines.add("Stacks:    " + String.join(", ", settings.stacks().stream().map(StackSpec::label).toList()));
        lines.add(String.format(Locale.ROOT,
                "Load:      %s (Poisson) for %d s%s, %s connections; payment median %d ms, p99 %d ms", load(settings),
                settings.scenario().duration().toSeconds(), turns(settings),
                settings.scenario().topology().name().toLowerCase(Locale.ROOT),
                settings.scenario().paymentMedian().toMillis(),
                settings.scenario().paymentP99().toMillis()));
        lines.add("Machine:   " + (machine.cpuModel().isEmpty() ? "" : machine.cpuModel() + ", ")
                + String.format(Locale.ROOT, "%d CPUs, %d GiB, %s", machine.cpus(), machine.memoryBytes() >> 30,
                        machine.kernel()));
        lines.add("CPUs:      " + settings.cpus().describe());
        lines.add("Database:  " + database);
        lines.add("JVM:       " + machine.jvm());
        lines.add("Service:   java " + String.join(" ", jvmOptions.getOrDefault("service", List.of())));
        if (settings.plan().quick()) {
            lines.add("QUICK:     " + Plan.QUICK_STAMP);
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static String turns(Settings settings) {
        return settings.turns().areTaken()
                ? ", in turns of " + settings.turns().length().toMillis() / 1000.0 + " s"
                : "";
    }

    private static String load(Settings settings) {
        String steps = settings.scenario()
                .steps()
                .stream()
                .map(step -> settings.scenario().search() == Scenario.Search.NOTHING
                        ? String.format(Locale.ROOT, "%.0f", step.times() * settings.scenario().rate())
                        : String.format(Locale.ROOT, "%.1f", step.times()))
                .collect(Collectors.joining(", then "));
        return settings.scenario().search() == Scenario.Search.NOTHING
                ? steps + " requests/s"
                : steps + " times the highest rate that meets the objective, searched from "
                        + settings.scenario().rate()
                        + " requests/s on,";
    }

    /** Reports one run when it is over. */
    public static String line(Run run, Settings settings) {
        String head = String.format(Locale.ROOT, "block %d, %s: ", run.block(), run.stack());
        if (!run.isValid()) {
            return head + "INVALID, not counted" + String.join("",
                    run.problems().stream().map(problem -> System.lineSeparator() + "    " + problem).toList());
        }
        String warnings = String.join("",
                run.warnings().stream().map(warning -> System.lineSeparator() + "    note: " + warning).toList());
        return head + String.format(Locale.ROOT,
                "%d of %d OK, p50 %.1f ms, p99 %.1f ms, CPU %.3f ms/OK answer, %s, books balance%s",
                run.client().requests().ok(), run.client().requests().planned(), run.client().latencyMillis().p50(),
                run.client().latencyMillis().p99(),
                Metric.CPU.value(run), warmth(run), settings.plan().quick()
                        ? " (" + Plan.QUICK_STAMP + ")"
                        : "")
                + warnings;
    }

    /** Reports what the generator can do. */
    public static String line(Result.Ceiling ceiling, @Nullable AddedWork work) {
        String line = String.format(Locale.ROOT,
                "the load generator can send %s%.0f requests/s, at %.3f ms of CPU each",
                ceiling.reached() ? "" : "at least ", ceiling.ratePerSecond(), ceiling.cpuMillisPerRequest());
        return work == null
                ? line
                : line + String.format(Locale.ROOT,
                        "%n    to overload any stack with %.0f of them, every request is made "
                                + "to cost %.1f ms of CPU more (%d iterations)",
                        ceiling.usablePerSecond(), work.cpuMillis(),
                        work.iterations());
    }

    /** Says how long the rest takes, when the first block has shown what a block takes on this machine. */
    public static String forecast(Duration block, Plan plan) {
        Integer blocks = plan.blocks();
        return "the first block took " + shown(block)
                + (blocks == null || blocks == 1
                        ? ""
                        : ": all " + blocks + " take about " + shown(block.multipliedBy(blocks)));
    }

    private static String shown(Duration duration) {
        return duration.toMinutes() >= 2
                ? Math.round(duration.toMillis() / 60_000.0) + " min"
                : duration.toSeconds() + " s";
    }

    /** Reports the intervals after a block; empty while there are none, or if they mean nothing. */
    public static Optional<String> soFar(Result result, int block) {
        if (block < BLOCKS_FOR_INTERVALS || result.comparisons().isEmpty() || result.stamp() != null) {
            return Optional.empty();
        }
        Map<String, List<String>> metrics = new LinkedHashMap<>();
        for (Comparison comparison : result.comparisons()) {
            metrics.computeIfAbsent(comparison.metric(), _ -> new ArrayList<>())
                    .add(comparison.stack() + " / " + comparison.comparedWith() + " "
                            + figures(comparison.ratio(), comparison.low(), comparison.high(), 2, ""));
        }
        List<String> lines = new ArrayList<>(List.of("after block " + block + ":"));
        metrics.forEach((metric, ratios) -> lines
                .add("    " + Metric.of(metric).title() + ": " + String.join(", ", ratios)));
        return Optional.of(String.join(System.lineSeparator(), lines));
    }

    private static String warmth(Run run) {
        return String.format(Locale.ROOT, "%s after %d requests, %.0f s", switch (run.warmUp().ended()) {
            case SETTLED -> "settled";
            case TIME_LIMIT -> "warm-up cut off";
            case LEFT_OUT -> "cold";
        }, run.warmUp().requests(), run.warmUp().seconds());
    }

    /** Reports the whole result. */
    public static String of(Result result) {
        List<String> lines = new ArrayList<>();
        if (result.stamp() != null) {
            lines.add("*** " + result.stamp() + " ***");
        }
        lines.add(table(result));
        lines.add("Each cell: median over valid blocks (lowest - highest); percentiles are of the blocks' merged");
        lines.add("histograms, from the intended time of a request. Resident memory mostly shows the heap's policy.");
        lines.addAll(comparisons(result));
        if (result.stamp() != null) {
            lines.add("*** " + result.stamp() + " ***");
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static List<String> comparisons(Result result) {
        if (result.comparisons().isEmpty()) {
            return List.of();
        }
        double difference = result.settings().plan().margin();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(switch (result.settings().scenario().comparison().variance()) {
            case POOLED, PAIRWISE ->
                "Ratios, paired by block, and their intervals. A wrong verdict is among those of a metric in at most 5 % of";
            case PAIRWISE_IN_ONE_FAMILY -> String.format(Locale.ROOT,
                    "Ratios, paired by block, with intervals so wide that a wrong verdict is among all %d in at most 5 %% of",
                    result.comparisons().size());
        });
        lines.add("experiments; what is within " + Findings.margin(difference).replace('–', '-')
                + " is no difference that matters.");
        String metric = "";
        for (Comparison comparison : result.comparisons()) {
            if (!comparison.metric().equals(metric)) {
                metric = comparison.metric();
                lines.add("  " + Metric.of(metric).title());
            }
            lines.add("    " + line(comparison));
        }
        Basis.variance(result).ifPresent(lines::add);
        return lines;
    }

    /** Formats a ratio and its interval, "0.71 (0.68 - 0.74)", with {@code more} in the brackets. */
    public static String figures(double ratio, double low, double high, int decimals, String more) {
        return Findings.number(ratio, decimals) + " (" + Findings.end(low, decimals) + " - "
                + Findings.end(high, decimals)
                + more + ")";
    }

    private static String line(Comparison comparison) {
        String figures = comparison.stack() + " / " + comparison.comparedWith() + ": "
                + figures(comparison.ratio(), comparison.low(), comparison.high(), 3,
                        ", " + comparison.blockRatios().size() + " blocks");
        String verdict = comparison.verdict();
        if (verdict == null) {
            return figures;
        }
        String preliminary = comparison.preliminary()
                ? String.format(Locale.ROOT, " (preliminary: fewer than %d blocks)", PairedRatio.ENOUGH_BLOCKS)
                : "";
        if (verdict.equals(Verdict.DIFFERENT.text())) {
            return figures + ": " + verdict + preliminary;
        }
        String found = figures + ": " + verdict + preliminary + "; from " + Findings.detectable(comparison.detectable())
                + " on a ratio would have been found";
        Integer blocks = comparison.blocksToDecide();
        return verdict.equals(Verdict.EQUIVALENT.text())
                ? found
                : found + (blocks == null
                        ? "; a thousand blocks would not decide"
                        : "; some " + blocks + " blocks in all would decide, if ratio and spread stayed so");
    }

    private static String table(Result result) {
        List<StackSummary> stacks = result.summary();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("", stacks, StackSummary::stack));
        rows.add(row("runs valid / invalid", stacks, stack -> stack.validRuns() + " / " + stack.invalidRuns()));
        rows.add(sums("requests planned", result, run -> run.client().requests().planned()));
        rows.add(sums("requests sent", result, run -> run.client().requests().sent()));
        rows.add(sums("requests answered OK", result, run -> run.client().requests().ok()));
        rows.add(row("requests failed, by kind", stacks, stack -> failures(stack.stack(), result.runs())));
        rows.add(sums("requests never sent", result, run -> run.client().requests().neverSent()));
        for (Metric metric : Metric.ALL) {
            if (stacks.stream().noneMatch(stack -> stack.metrics().containsKey(metric.id()))) {
                continue; // a metric of other scenarios
            }
            rows.add(row(metric.title(), stacks, stack -> cell(metric, stack)));
        }
        return TextTable.of(rows);
    }

    private static List<String> row(String title, List<StackSummary> stacks, Function<StackSummary, String> cell) {
        List<String> row = new ArrayList<>(List.of(title));
        stacks.forEach(stack -> row.add(cell.apply(stack)));
        return row;
    }

    private static List<String> sums(String title, Result result, ToLongFunction<Run> of) {
        return row(title, result.summary(), stack -> String.valueOf(
                result.runs().stream().filter(run -> run.stack().equals(stack.stack())).mapToLong(of).sum()));
    }

    private static String failures(String stack, List<Run> runs) {
        Map<String, Long> failures = new TreeMap<>();
        runs.stream()
                .filter(run -> run.stack().equals(stack))
                .forEach(run -> run.client()
                        .requests()
                        .failed()
                        .forEach((kind, count) -> failures.merge(kind, count, Long::sum)));
        return failures.isEmpty()
                ? "0"
                : String.join(", ", failures.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList());
    }

    private static String cell(Metric metric, StackSummary stack) {
        Spread spread = stack.metrics().get(metric.id());
        if (spread == null) {
            return "-";
        }
        String middle = number(metric.merged(stack.latencyMillis()).orElse(spread.median()), metric.decimals());
        return stack.validRuns() < 2
                ? middle
                : middle + " (" + number(spread.min(), metric.decimals()) + " - "
                        + number(spread.max(), metric.decimals()) + ")";
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
