package dev.threeways.comparison.report;

import dev.threeways.comparison.analysis.Findings;
import dev.threeways.comparison.analysis.Metric;
import dev.threeways.comparison.result.Latencies;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Comparison;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.lab.report.Chart;
import dev.threeways.lab.report.Chart.Axis;
import dev.threeways.lab.report.Chart.Kind;
import dev.threeways.lab.report.Chart.Mark;
import dev.threeways.lab.report.Chart.Scale;
import dev.threeways.lab.report.Chart.Series;
import dev.threeways.lab.statistics.Interval;
import dev.threeways.lab.statistics.PairedRatio;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The figures of a result. Invalid runs are in none of them. */
public final class Charts {

    /** Figures that belong together. */
    public record Group(String title, List<Chart> charts) {}

    static final String MILLIS = "ms";

    /** Decades of a percentile axis, up to 99.99 %. */
    private static final int DECADES = 4;

    private static final int POINTS_PER_DECADE = 12;

    static final int NO_STACK = -1;

    /** Intervals that reach further are cut off in the picture, not in the table. */
    private static final double FURTHEST_RATIO = 16;

    /** Fewest forks with an interval: that of two is as wide as the axis. */
    private static final int LEAST_FORKS = 3;

    private static final double CONFIDENCE = 0.95;

    /** Stages in the order in which a request passes them; others that a service reports come after. */
    private static final List<String> STAGES = List.of("connection", "read", "pay", "log", "rest");

    private final Result result;

    private final ValidRuns valid;

    private final TimeCharts time;

    private Charts(ValidRuns valid) {
        this.result = valid.result();
        this.valid = valid;
        this.time = new TimeCharts(valid);
    }

    /** @param prefix of the figures' ids */
    public static List<Group> of(Result result, String prefix) {
        ValidRuns valid = ValidRuns.of(result, prefix);
        if (valid.runs().values().stream().allMatch(List::isEmpty)) {
            return List.of();
        }
        Charts charts = new Charts(valid);
        return Stream.of(new Group("Ratios", charts.ratios()), new Group("Latency", charts.latency()),
                new Group("Throughput and outcomes", charts.time.outcomes()),
                new Group("What a request costs", charts.costs()),
                new Group("Over time", charts.time.overTime()), new Group("Where a request waits", charts.stages()))
                .filter(group -> !group.charts().isEmpty())
                .toList();
    }

    private List<Chart> ratios() {
        List<Chart> charts = new ArrayList<>();
        for (Metric metric : Metric.headlines(result)) {
            List<Comparison> comparisons = result.comparisons()
                    .stream()
                    .filter(comparison -> comparison.metric().equals(metric.id()))
                    .toList();
            if (!comparisons.isEmpty()) {
                charts.add(ratios(metric, comparisons));
            }
        }
        return charts;
    }

    private Chart ratios(Metric metric, List<Comparison> comparisons) {
        double difference = result.settings().plan().margin();
        double furthest = comparisons.stream()
                .flatMap(comparison -> Stream.concat(Stream.of(comparison.low(), comparison.high()),
                        comparison.blockRatios().stream()))
                .mapToDouble(ratio -> Math.max(ratio, 1 / ratio))
                .max()
                .orElse(1);
        List<Series> series = comparisons.stream()
                .map(comparison -> new Series(comparison.stack() + " / " + comparison.comparedWith(), NO_STACK,
                        List.of(),
                        nullable(comparison.blockRatios()), nullable(List.of(comparison.low())),
                        nullable(List.of(comparison.high())), comparison.ratio()))
                .toList();
        int blocks = comparisons.stream().mapToInt(comparison -> comparison.blockRatios().size()).max().orElse(0);
        return new Chart(valid.id("ratio-" + metric.id()), Kind.INTERVALS, metric.title() + ": ratios",
                "Ratio with its interval, and the ratio of each of " + blocks + " blocks. Within the shaded margin "
                        + "nothing is taken to matter."
                        + (furthest > FURTHEST_RATIO ? " What reaches beyond the axis is cut off." : ""),
                ratioAxis(Math.max(furthest, 1 + 2 * difference)),
                Axis.rows(series.stream().map(Series::name).toList()), series,
                List.of(new Mark(1 - difference, "margin"), new Mark(1 + difference, "margin")));
    }

    /**
     * Returns an axis that reaches equally far to both sides. Up to a ratio of 2, a linear axis is nearly logarithmic
     * and its labels are rounder.
     */
    private static Axis ratioAxis(double furthest) {
        if (furthest <= 2) {
            double step = furthest < 1.12 ? 0.05 : furthest < 1.4 ? 0.1 : 0.2;
            return new Axis("ratio", Scale.LINEAR, ValidRuns.rounded(Math.floor(1 / furthest / step) * step),
                    ValidRuns.rounded(Math.ceil(furthest / step) * step), step, List.of());
        }
        double end = Math.min(FURTHEST_RATIO, Math.pow(2, Math.ceil(Math.log(furthest) / Math.log(2))));
        return Axis.of("ratio", Scale.DOUBLING, 1 / end, end);
    }

    private List<Chart> latency() {
        List<Series> series = new ArrayList<>();
        int style = 0;
        for (var stack : valid.runs().entrySet()) {
            List<Latencies> forks = stack.getValue()
                    .stream()
                    .map(run -> Latencies.decoded(run.client().latencyMillis().histogram()))
                    .filter(latencies -> latencies.summary().count() > 0)
                    .toList();
            if (!forks.isEmpty()) {
                series.add(percentiles(stack.getKey(), style, forks));
            }
            style++;
        }
        List<Chart> charts = new ArrayList<>();
        if (!series.isEmpty()) {
            charts.add(new Chart(valid.id("percentiles"), Kind.LINES, "Latency by percentile",
                    "Of answers that were OK, from the intended time of a request; forks' histograms merged, up to where "
                            + "there are requests enough to tell. The band is from the lowest fork to the highest. "
                            + valid.forks(),
                    Axis.of("percentile", Scale.PERCENTILE, 1.0, Math.pow(10, DECADES)),
                    TimeCharts.latencies("latency, ms", series), series, List.of()));
        }
        time.timeline("p50", "Latency p50 over time",
                "Median of forks of the p50 of requests due in each second. The band is from the lowest fork to the "
                        + "highest. ",
                MILLIS, second -> TimeCharts.positive(second.latencyP50Millis())).ifPresent(charts::add);
        time.timeline("p99", "Latency p99 over time",
                "Median of forks of the p99 of requests due in each second. The band is from the lowest fork to the "
                        + "highest. ",
                MILLIS, second -> TimeCharts.positive(second.latencyP99Millis())).ifPresent(charts::add);
        return charts;
    }

    /** Shows percentiles only as far as one request is beyond them. */
    private static Series percentiles(String stack, int style, List<Latencies> forks) {
        Latencies merged = Latencies.merged(forks);
        long fewest = forks.stream().mapToLong(fork -> fork.summary().count()).min().orElse(0);
        List<Double> x = new ArrayList<>();
        List<@Nullable Double> y = new ArrayList<>();
        List<@Nullable Double> low = new ArrayList<>();
        List<@Nullable Double> high = new ArrayList<>();
        for (int point = 0; point <= DECADES * POINTS_PER_DECADE; point++) {
            double oneIn = Math.pow(10, (double) point / POINTS_PER_DECADE);
            if (oneIn > merged.summary().count()) {
                break;
            }
            double percentile = 100 - 100 / oneIn;
            x.add(ValidRuns.rounded(oneIn));
            y.add(ValidRuns.rounded(merged.millis(percentile)));
            boolean known = forks.size() > 1 && oneIn <= fewest;
            low.add(known
                    ? ValidRuns.rounded(forks.stream().mapToDouble(fork -> fork.millis(percentile)).min().orElse(0))
                    : null);
            high.add(known
                    ? ValidRuns.rounded(forks.stream().mapToDouble(fork -> fork.millis(percentile)).max().orElse(0))
                    : null);
        }
        return new Series(stack, style, x, y, forks.size() > 1 ? low : List.of(), forks.size() > 1 ? high : List.of(),
                null);
    }

    private List<Chart> costs() {
        List<Chart> charts = new ArrayList<>();
        for (String metric : List.of(Metric.CAPACITY.id(), Metric.GOODPUT.id(),
                (result.settings().scenario().warm() ? Metric.CPU : Metric.CPU_WITH_COMPILER).id(), Metric.P50.id(),
                Metric.P99.id(),
                "latencyP999Millis", Metric.MEMORY.id(), "stackResidentMib", "contextSwitches", "allocatedKib",
                "peakThreads", "residentMib")) {
            Chart chart = points(Metric.of(metric));
            if (!chart.series().isEmpty()) {
                charts.add(chart);
            }
        }
        if (Findings.canRecover(result)) {
            charts.add(recovery());
        }
        return charts;
    }

    private Chart points(Metric metric) {
        return rows(metric.id(), metric.title(),
                "A point for each fork, a mark at the median, a line along the 95 % interval "
                        + "of their geometric mean (from " + LEAST_FORKS + " on). ",
                metric.title(), metric.of());
    }

    private Chart recovery() {
        return rows("recovery", "Seconds until all was as before",
                "From the end of the last trouble, or of the highest load; of a cold start, from its beginning until latency "
                        + "was near that of the end. A fork that never was has no point. ",
                "s",
                run -> {
                    Integer seconds = run.event().recoverySeconds();
                    return seconds == null ? null : Double.valueOf(seconds);
                });
    }

    private Chart rows(String id, String title, String about, String unit, Function<Run, @Nullable Double> of) {
        List<Series> series = new ArrayList<>();
        int style = 0;
        for (var stack : valid.runs().entrySet()) {
            List<@Nullable Double> values = new ArrayList<>();
            for (Run run : stack.getValue()) {
                Double value = of.apply(run);
                if (value != null) {
                    values.add(ValidRuns.rounded(value));
                }
            }
            if (!values.isEmpty()) {
                Optional<Interval> interval = interval(values);
                series.add(new Series(stack.getKey(), style, List.of(), values,
                        interval.map(ends -> nullable(List.of(ValidRuns.rounded(ends.low())))).orElse(List.of()),
                        interval.map(ends -> nullable(List.of(ValidRuns.rounded(ends.high())))).orElse(List.of()),
                        ValidRuns.median(values)));
            }
            style++;
        }
        return new Chart(valid.id(id), Kind.POINTS, title, about + valid.forks(), Axis.linear(unit),
                Axis.rows(series.stream().map(Series::name).toList()), series, List.of());
    }

    /** Uses Student's t on logarithms, as for a ratio to one. */
    private static Optional<Interval> interval(List<@Nullable Double> values) {
        List<Double> known = values.stream().flatMap(Stream::ofNullable).filter(value -> value > 0).toList();
        return known.size() < Math.max(LEAST_FORKS, values.size())
                ? Optional.empty()
                : PairedRatio.of(known, Collections.nCopies(known.size(), 1.0)).map(mean -> mean.interval(CONFIDENCE));
    }

    private List<Chart> stages() {
        Set<String> stages = new LinkedHashSet<>(STAGES);
        valid.runs()
                .values()
                .stream()
                .flatMap(List::stream)
                .forEach(run -> stages.addAll(run.service().stageMillis().keySet()));
        List<String> stacks = valid.runs()
                .entrySet()
                .stream()
                .filter(stack -> stack.getValue().stream().anyMatch(run -> !run.service().stageMillis().isEmpty()))
                .map(Map.Entry::getKey)
                .toList();
        if (stacks.isEmpty()) {
            return List.of();
        }
        List<Series> series = new ArrayList<>();
        for (String stage : stages) {
            List<@Nullable Double> values = stacks.stream()
                    .<@Nullable Double>map(stack -> ValidRuns.rounded(valid.runs()
                            .getOrDefault(stack, List.of())
                            .stream()
                            .filter(run -> !run.service().stageMillis().isEmpty())
                            .mapToDouble(run -> run.service().stageMillis().getOrDefault(stage, 0.0))
                            .average()
                            .orElse(0)))
                    .toList();
            if (values.stream().anyMatch(value -> value != null && value > 0)) {
                series.add(new Series(stage, series.size(), List.of(), values, List.of(), List.of(), null));
            }
        }
        return List.of(new Chart(valid.id("stages"), Kind.BARS, "Stages of a request",
                "Milliseconds of a request at each stage, by the service's own account: mean of forks. "
                        + valid.forks(),
                Axis.linear(MILLIS), Axis.rows(stacks), series, List.of()));
    }

    private static List<@Nullable Double> nullable(List<Double> values) {
        return values.stream().<@Nullable Double>map(value -> value).toList();
    }

}
