package dev.threeways.comparison;

import dev.threeways.comparison.Chart.Axis;
import dev.threeways.comparison.Chart.Kind;
import dev.threeways.comparison.Chart.Mark;
import dev.threeways.comparison.Chart.Scale;
import dev.threeways.comparison.Chart.Series;
import dev.threeways.comparison.Result.Comparison;
import dev.threeways.comparison.Result.Run;
import dev.threeways.comparison.Result.Second;
import dev.threeways.comparison.Result.StackSummary;
import dev.threeways.comparison.statistics.Interval;
import dev.threeways.comparison.statistics.PairedRatio;
import dev.threeways.process.ThreadRole;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The figures of a result. Invalid runs are in none of them. */
final class Charts {

    /** Figures that belong together. */
    record Group(String title, List<Chart> charts) {}

    private static final String MILLIS = "ms";

    /** Of a percentile axis, up to 99.99 %. */
    private static final int DECADES = 4;

    private static final int POINTS_PER_DECADE = 12;

    /** Beyond it most of a linear axis would be empty. */
    private static final double LINEAR_RANGE = 30;

    private static final int NO_STACK = -1;

    /** Intervals that reach further are cut off in the picture, not in the table. */
    private static final double FURTHEST_RATIO = 16;

    /** The interval of two is as wide as the axis. */
    private static final int LEAST_FORKS = 3;

    private static final double CONFIDENCE = 0.95;

    /** As a request passes them; others that a service tells come after. */
    private static final List<String> STAGES = List.of("connection", "read", "pay", "log", "rest");

    /** Of threads, other last. */
    private static final List<String> ROLES = Arrays.stream(ThreadRole.values()).map(ThreadRole::id).toList();

    private final Result result;

    private final String prefix;

    /** The valid runs of each stack. */
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();

    private Charts(Result result, String prefix) {
        this.result = result;
        this.prefix = prefix;
        for (StackSummary stack : result.summary()) {
            runs.put(stack.stack(), result.runs()
                    .stream()
                    .filter(run -> run.valid() && run.stack().equals(stack.stack()))
                    .sorted(Comparator.comparingInt(Run::block))
                    .toList());
        }
    }

    /** @param prefix of the figures' ids */
    static List<Group> of(Result result, String prefix) {
        Charts charts = new Charts(result, prefix);
        if (charts.runs.values().stream().allMatch(List::isEmpty)) {
            return List.of();
        }
        return Stream.of(new Group("Ratios", charts.ratios()), new Group("Latency", charts.latency()),
                new Group("Throughput and outcomes", charts.outcomes()),
                new Group("What a request costs", charts.costs()),
                new Group("Over time", charts.overTime()), new Group("Where a request waits", charts.stages()))
                .filter(group -> !group.charts().isEmpty())
                .toList();
    }

    private String forks() {
        return "Valid forks: " + String.join(", ",
                runs.entrySet().stream().map(stack -> stack.getKey() + " " + stack.getValue().size()).toList()) + ".";
    }

    private String id(String name) {
        return prefix + name;
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
        double difference = result.settings().smallestDifference();
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
        return new Chart(id("ratio-" + metric.id()), Kind.INTERVALS, metric.title() + ": ratios",
                "Ratio with its interval, and the ratio of each of " + blocks + " blocks. Within the shaded margin "
                        + "nothing is taken to matter."
                        + (furthest > FURTHEST_RATIO ? " What reaches beyond the axis is cut off." : ""),
                ratioAxis(Math.max(furthest, 1 + 2 * difference)),
                Axis.rows(series.stream().map(Series::name).toList()), series,
                List.of(new Mark(1 - difference, "margin"), new Mark(1 + difference, "margin")));
    }

    /** Equally far to both sides. Up to twice, a linear axis is nearly logarithmic, and its labels are rounder. */
    private static Axis ratioAxis(double furthest) {
        if (furthest <= 2) {
            double step = furthest < 1.12 ? 0.05 : furthest < 1.4 ? 0.1 : 0.2;
            return new Axis("ratio", Scale.LINEAR, rounded(Math.floor(1 / furthest / step) * step),
                    rounded(Math.ceil(furthest / step) * step), step, List.of());
        }
        double end = Math.min(FURTHEST_RATIO, Math.pow(2, Math.ceil(Math.log(furthest) / Math.log(2))));
        return Axis.of("ratio", Scale.DOUBLING, 1 / end, end);
    }

    private List<Chart> latency() {
        List<Series> series = new ArrayList<>();
        int style = 0;
        for (var stack : runs.entrySet()) {
            List<Latencies> forks = stack.getValue()
                    .stream()
                    .map(run -> Latencies.decoded(run.latencyMillis().histogram()))
                    .filter(latencies -> latencies.summary().count() > 0)
                    .toList();
            if (!forks.isEmpty()) {
                series.add(percentiles(stack.getKey(), style, forks));
            }
            style++;
        }
        List<Chart> charts = new ArrayList<>();
        if (!series.isEmpty()) {
            charts.add(new Chart(id("percentiles"), Kind.LINES, "Latency by percentile",
                    "Of answers that were OK, from the intended time of a request; forks' histograms merged, up to where "
                            + "there are requests enough to tell. The band is from the lowest fork to the highest. "
                            + forks(),
                    Axis.of("percentile", Scale.PERCENTILE, 1.0, Math.pow(10, DECADES)),
                    latencies("latency, ms", series), series, List.of()));
        }
        timeline("p50", "Latency p50 over time",
                "Median of forks of the p50 of requests due in each second. The band is from the lowest fork to the "
                        + "highest. ",
                MILLIS, second -> positive(second.latencyP50Millis())).ifPresent(charts::add);
        timeline("p99", "Latency p99 over time",
                "Median of forks of the p99 of requests due in each second. The band is from the lowest fork to the "
                        + "highest. ",
                MILLIS, second -> positive(second.latencyP99Millis())).ifPresent(charts::add);
        return charts;
    }

    /** Of a percentile only as far as one request is beyond it. */
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
            x.add(rounded(oneIn));
            y.add(rounded(merged.millis(percentile)));
            boolean known = forks.size() > 1 && oneIn <= fewest;
            low.add(known
                    ? rounded(forks.stream().mapToDouble(fork -> fork.millis(percentile)).min().orElse(0))
                    : null);
            high.add(known
                    ? rounded(forks.stream().mapToDouble(fork -> fork.millis(percentile)).max().orElse(0))
                    : null);
        }
        return new Series(stack, style, x, y, forks.size() > 1 ? low : List.of(), forks.size() > 1 ? high : List.of(),
                null);
    }

    private List<Chart> outcomes() {
        List<Chart> charts = new ArrayList<>();
        timeline("goodput", "Answered OK, by when they were due",
                "Requests due in each second that were answered OK, however late: median of forks, lowest to highest. ",
                "requests/s", second -> (double) second.outcomes().getOrDefault(Outcome.OK.id(), 0L))
                .map(this::withPlanned)
                .ifPresent(charts::add);
        List<String> kinds = Arrays.stream(Outcome.values())
                .map(Outcome::id)
                .filter(kind -> runs.values()
                        .stream()
                        .flatMap(List::stream)
                        .flatMap(run -> run.timeline().stream())
                        .anyMatch(second -> second.outcomes().getOrDefault(kind, 0L) > 0))
                .toList();
        runs.forEach((stack, forks) -> {
            if (forks.stream().anyMatch(run -> !run.timeline().isEmpty())) {
                charts.add(outcomes(stack, forks, kinds));
            }
        });
        return charts;
    }

    /** What was due, on average: the load that all stacks were given. */
    private Chart withPlanned(Chart chart) {
        List<Run> all = runs.values().stream().flatMap(List::stream).toList();
        List<Double> x = new ArrayList<>();
        List<@Nullable Double> y = new ArrayList<>();
        for (int second = 0; second < seconds(all); second++) {
            x.add(second + 0.5);
            y.add(rounded(mean(all, second, Second::planned)));
        }
        List<Series> series = new ArrayList<>(
                List.of(new Series("due", NO_STACK, x, y, List.of(), List.of(), null)));
        series.addAll(chart.series());
        return new Chart(chart.id(), chart.kind(), chart.title(), chart.about(), chart.x(), chart.y(), series,
                chart.marks());
    }

    private Chart outcomes(String stack, List<Run> forks, List<String> kinds) {
        int seconds = seconds(forks);
        List<Series> series = new ArrayList<>();
        for (int kind = 0; kind < kinds.size(); kind++) {
            String outcome = kinds.get(kind);
            List<Double> x = new ArrayList<>();
            List<@Nullable Double> y = new ArrayList<>();
            for (int second = 0; second < seconds; second++) {
                x.add(second + 0.5);
                y.add(rounded(mean(forks, second, one -> one.outcomes().getOrDefault(outcome, 0L))));
            }
            series.add(
                    new Series(outcome, Arrays.stream(Outcome.values()).map(Outcome::id).toList().indexOf(outcome), x,
                            y, List.of(), List.of(), null));
        }
        return new Chart(id("outcomes-" + List.copyOf(runs.keySet()).indexOf(stack)), Kind.COLUMNS,
                "What became of requests: " + stack,
                "By the second in which they were due, mean of " + forks.size()
                        + (forks.size() == 1 ? " fork." : " forks."),
                time(seconds), Axis.linear("requests/s"), series, events());
    }

    private static double mean(List<Run> forks, int second, Function<Second, Long> of) {
        return forks.stream()
                .filter(run -> second < run.timeline().size())
                .mapToLong(run -> of.apply(run.timeline().get(second)))
                .average()
                .orElse(0);
    }

    private List<Chart> costs() {
        List<Chart> charts = new ArrayList<>();
        for (String metric : List.of(Metric.CAPACITY.id(), Metric.GOODPUT.id(),
                (result.settings().warm() ? Metric.CPU : Metric.CPU_WITH_COMPILER).id(), Metric.P50.id(),
                Metric.P99.id(),
                "latencyP999Millis", Metric.MEMORY.id(), "stackResidentMib", "contextSwitches", "allocatedKib",
                "peakThreads", "residentMib")) {
            Chart chart = points(Metric.of(metric));
            if (!chart.series().isEmpty()) {
                charts.add(chart);
            }
        }
        if (Answer.canRecover(result)) {
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
                    Integer seconds = run.recoverySeconds();
                    return seconds == null ? null : Double.valueOf(seconds);
                });
    }

    private Chart rows(String id, String title, String about, String unit, Function<Run, @Nullable Double> of) {
        List<Series> series = new ArrayList<>();
        int style = 0;
        for (var stack : runs.entrySet()) {
            List<@Nullable Double> values = new ArrayList<>();
            for (Run run : stack.getValue()) {
                Double value = of.apply(run);
                if (value != null) {
                    values.add(rounded(value));
                }
            }
            if (!values.isEmpty()) {
                Optional<Interval> interval = interval(values);
                series.add(new Series(stack.getKey(), style, List.of(), values,
                        interval.map(ends -> nullable(List.of(rounded(ends.low())))).orElse(List.of()),
                        interval.map(ends -> nullable(List.of(rounded(ends.high())))).orElse(List.of()),
                        median(values)));
            }
            style++;
        }
        return new Chart(id(id), Kind.POINTS, title, about + forks(), Axis.linear(unit),
                Axis.rows(series.stream().map(Series::name).toList()), series, List.of());
    }

    /** Student's t on logarithms, as of a ratio to one. */
    private static Optional<Interval> interval(List<@Nullable Double> values) {
        List<Double> known = values.stream().flatMap(Stream::ofNullable).filter(value -> value > 0).toList();
        return known.size() < Math.max(LEAST_FORKS, values.size())
                ? Optional.empty()
                : PairedRatio.of(known, Collections.nCopies(known.size(), 1.0)).map(mean -> mean.interval(CONFIDENCE));
    }

    private static double median(List<@Nullable Double> values) {
        double[] sorted = values.stream()
                .filter(value -> value != null)
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : rounded((sorted[middle - 1] + sorted[middle]) / 2);
    }

    private List<Chart> overTime() {
        String about = "Of each second, median of forks, lowest to highest. ";
        List<Chart> charts = new ArrayList<>();
        timeline("in-flight", "Requests in flight", about, "requests", second -> (double) second.inFlight())
                .ifPresent(charts::add);
        charts.addAll(threads(about));
        timeline("cpus", "CPUs the service used", about, "CPUs", Second::serviceCpus).ifPresent(charts::add);
        timeline("resident", "Resident memory", about + "Mostly the heap's policy. ", "MiB",
                second -> positive(second.residentBytes() / Metric.MIB)).ifPresent(charts::add);
        return charts;
    }

    /** By role, and all together unless the roles are known of each stack. */
    private List<Chart> threads(String about) {
        List<Chart> charts = new ArrayList<>();
        runs.forEach((stack, forks) -> {
            if (everySecond(forks).anyMatch(second -> !second.threadsByRole().isEmpty())) {
                charts.add(threadsByRole(stack, forks));
            }
        });
        if (charts.size() < runs.values().stream().filter(forks -> seconds(forks) > 0).count()) {
            timeline("threads", "Threads of the process", about, "threads", second -> positive(second.threads()))
                    .ifPresent(charts::addFirst);
        }
        return charts;
    }

    private Chart threadsByRole(String stack, List<Run> forks) {
        Set<String> roles = new LinkedHashSet<>(ROLES);
        everySecond(forks).forEach(second -> roles.addAll(second.threadsByRole().keySet()));
        List<Series> series = new ArrayList<>();
        int style = 1;
        for (String role : roles) {
            if (everySecond(forks).anyMatch(second -> second.threadsByRole().getOrDefault(role, 0) > 0)) {
                series.add(ofRole(role, role.equals(ThreadRole.OTHER.id()) ? 0 : style, forks));
            }
            style++;
        }
        return new Chart(id("threads-" + List.copyOf(runs.keySet()).indexOf(stack)), Kind.COLUMNS,
                "Threads by role: " + stack,
                "Of the service's process, the JVM's own among them, as they were once in each second: mean of "
                        + forks.size() + (forks.size() == 1 ? " fork." : " forks."),
                time(seconds(forks)), Axis.linear("threads"), series, events());
    }

    private static Series ofRole(String role, int style, List<Run> forks) {
        List<Double> x = new ArrayList<>();
        List<@Nullable Double> y = new ArrayList<>();
        for (int second = 0; second < seconds(forks); second++) {
            List<Integer> known = new ArrayList<>();
            for (Run fork : forks) {
                if (second < fork.timeline().size() && !fork.timeline().get(second).threadsByRole().isEmpty()) {
                    known.add(fork.timeline().get(second).threadsByRole().getOrDefault(role, 0));
                }
            }
            x.add(second + 0.5);
            y.add(known.isEmpty()
                    ? null
                    : Double.valueOf(rounded(known.stream().mapToInt(Integer::intValue).average().orElse(0))));
        }
        return new Series(role, style, x, y, List.of(), List.of(), null);
    }

    private static Stream<Second> everySecond(List<Run> forks) {
        return forks.stream().flatMap(run -> run.timeline().stream());
    }

    private static @Nullable Double positive(double value) {
        return value > 0 ? Double.valueOf(value) : null;
    }

    private List<Chart> stages() {
        Set<String> stages = new LinkedHashSet<>(STAGES);
        runs.values().stream().flatMap(List::stream).forEach(run -> stages.addAll(run.stageMillis().keySet()));
        List<String> stacks = runs.entrySet()
                .stream()
                .filter(stack -> stack.getValue().stream().anyMatch(run -> !run.stageMillis().isEmpty()))
                .map(Map.Entry::getKey)
                .toList();
        if (stacks.isEmpty()) {
            return List.of();
        }
        List<Series> series = new ArrayList<>();
        for (String stage : stages) {
            List<@Nullable Double> values = stacks.stream()
                    .<@Nullable Double>map(stack -> rounded(runs.getOrDefault(stack, List.of())
                            .stream()
                            .filter(run -> !run.stageMillis().isEmpty())
                            .mapToDouble(run -> run.stageMillis().getOrDefault(stage, 0.0))
                            .average()
                            .orElse(0)))
                    .toList();
            if (values.stream().anyMatch(value -> value != null && value > 0)) {
                series.add(new Series(stage, series.size(), List.of(), values, List.of(), List.of(), null));
            }
        }
        return List.of(new Chart(id("stages"), Kind.BARS, "Stages of a request",
                "Milliseconds of a request at each stage, by the service's own account: mean of forks. " + forks(),
                Axis.linear(MILLIS), Axis.rows(stacks), series, List.of()));
    }

    /** @param of null where nothing is known */
    private Optional<Chart> timeline(String id, String title, String about, String unit,
            Function<Second, @Nullable Double> of) {
        List<Series> series = new ArrayList<>();
        int style = 0;
        for (var stack : runs.entrySet()) {
            Series one = timeline(stack.getKey(), style++, stack.getValue(), of);
            if (one.y().stream().anyMatch(value -> value != null)) {
                series.add(one);
            }
        }
        int seconds = seconds(runs.values().stream().flatMap(List::stream).toList());
        return series.isEmpty()
                ? Optional.empty()
                : Optional.of(new Chart(id(id), Kind.LINES, title, about + forks(), time(seconds),
                        unit.equals(MILLIS) ? latencies(unit, series) : Axis.linear(unit), series, events()));
    }

    private static Series timeline(String stack, int style, List<Run> forks, Function<Second, @Nullable Double> of) {
        List<Double> x = new ArrayList<>();
        List<@Nullable Double> y = new ArrayList<>();
        List<@Nullable Double> low = new ArrayList<>();
        List<@Nullable Double> high = new ArrayList<>();
        for (int second = 0; second < seconds(forks); second++) {
            List<@Nullable Double> known = new ArrayList<>();
            for (Run fork : forks) {
                Double value = second < fork.timeline().size() ? of.apply(fork.timeline().get(second)) : null;
                if (value != null) {
                    known.add(rounded(value));
                }
            }
            known.sort(null);
            x.add(second + 0.5);
            y.add(known.isEmpty() ? null : Double.valueOf(median(known)));
            low.add(known.isEmpty() ? null : known.getFirst());
            high.add(known.isEmpty() ? null : known.getLast());
        }
        return new Series(stack, style, x, y, forks.size() > 1 ? low : List.of(), forks.size() > 1 ? high : List.of(),
                null);
    }

    private static int seconds(List<Run> forks) {
        return forks.stream().mapToInt(run -> run.timeline().size()).max().orElse(0);
    }

    private static Axis time(int seconds) {
        return Axis.of("s", Scale.LINEAR, 0.0, (double) seconds);
    }

    /** From zero, unless they are of different magnitudes: a cut-off axis makes small differences look large. */
    private static Axis latencies(String title, List<Series> series) {
        double[] known = series.stream()
                .flatMap(one -> Stream.of(one.y(), one.low(), one.high()))
                .flatMap(List::stream)
                .filter(value -> value != null)
                .mapToDouble(Double::doubleValue)
                .toArray();
        double least = Arrays.stream(known).min().orElse(0);
        double most = Arrays.stream(known).max().orElse(0);
        return least > 0 && most / least > LINEAR_RANGE
                ? Axis.of(title, Scale.DOUBLING, Math.pow(2, Math.floor(Math.log(least) / Math.log(2))),
                        Math.pow(2, Math.ceil(Math.log(most) / Math.log(2))))
                : Axis.linear(title);
    }

    /** "100/s", or "2 ×" of what was searched for. */
    static String load(Result.Configuration settings, Result.Step step) {
        return settings.search().equals("nothing")
                ? Chart.shown(step.ratePerSecond()) + "/s"
                : Chart.shown(step.ratePerSecond() / settings.ratePerSecond()) + " ×";
    }

    /** Where the load changes, and when something goes wrong or right again. */
    private List<Mark> events() {
        List<Mark> marks = new ArrayList<>();
        double at = 0;
        List<Result.Step> steps = result.settings().steps();
        for (int step = 0; step + 1 < steps.size(); step++) {
            at += steps.get(step).seconds();
            marks.add(new Mark(at, load(result.settings(), steps.get(step + 1))));
        }
        result.settings().faults().forEach(fault -> marks.add(new Mark(fault.atSeconds(), fault.trouble())));
        return marks;
    }

    private static List<@Nullable Double> nullable(List<Double> values) {
        return values.stream().<@Nullable Double>map(value -> value).toList();
    }

    /** Five significant digits are more than a picture shows. */
    private static double rounded(double value) {
        return value == 0 || !Double.isFinite(value)
                ? value
                : BigDecimal.valueOf(value).round(new MathContext(5)).doubleValue();
    }
}
