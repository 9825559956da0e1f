package dev.threeways.comparison.report;

import dev.threeways.comparison.analysis.Metric;
import dev.threeways.comparison.result.Outcome;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.Second;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.lab.report.Chart.Axis;
import dev.threeways.lab.report.Chart.Kind;
import dev.threeways.lab.report.Chart.Mark;
import dev.threeways.lab.report.Chart.Scale;
import dev.threeways.lab.report.Chart.Series;
import dev.threeways.lab.report.Chart;
import dev.threeways.process.ThreadRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Figures second by second. */
final class TimeCharts {

    /** Ratio of largest to smallest beyond which most of a linear axis would be empty. */
    private static final double LINEAR_RANGE = 30;

    /** Roles of threads, {@code other} last. */
    private static final List<String> ROLES = Arrays.stream(ThreadRole.values()).map(ThreadRole::id).toList();

    private final ValidRuns valid;

    TimeCharts(ValidRuns valid) {
        this.valid = valid;
    }

    List<Chart> outcomes() {
        List<Chart> charts = new ArrayList<>();
        timeline("goodput", "Answered OK, by when they were due",
                "Requests due in each second that were answered OK, however late: median of forks, lowest to highest. ",
                "requests/s", second -> (double) second.outcomes().getOrDefault(Outcome.OK.id(), 0L))
                .map(this::withPlanned)
                .ifPresent(charts::add);
        List<String> kinds = Arrays.stream(Outcome.values())
                .map(Outcome::id)
                .filter(kind -> valid.runs()
                        .values()
                        .stream()
                        .flatMap(List::stream)
                        .flatMap(run -> run.timeline().stream())
                        .anyMatch(second -> second.outcomes().getOrDefault(kind, 0L) > 0))
                .toList();
        valid.runs().forEach((stack, forks) -> {
            if (forks.stream().anyMatch(run -> !run.timeline().isEmpty())) {
                charts.add(outcomes(stack, forks, kinds));
            }
        });
        return charts;
    }

    /** Adds what was due, on average: the load that all stacks were given. */
    private Chart withPlanned(Chart chart) {
        List<Run> all = valid.runs().values().stream().flatMap(List::stream).toList();
        List<Double> x = new ArrayList<>();
        List<@Nullable Double> y = new ArrayList<>();
        for (int second = 0; second < seconds(all); second++) {
            x.add(second + 0.5);
            y.add(ValidRuns.rounded(mean(all, second, Second::planned)));
        }
        List<Series> series = new ArrayList<>(
                List.of(new Series("due", Charts.NO_STACK, x, y, List.of(), List.of(), null)));
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
                y.add(ValidRuns.rounded(mean(forks, second, one -> one.outcomes().getOrDefault(outcome, 0L))));
            }
            series.add(
                    new Series(outcome, Arrays.stream(Outcome.values()).map(Outcome::id).toList().indexOf(outcome), x,
                            y, List.of(), List.of(), null));
        }
        return new Chart(valid.id("outcomes-" + List.copyOf(valid.runs().keySet()).indexOf(stack)), Kind.COLUMNS,
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

    List<Chart> overTime() {
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

    /** Charts threads by role, and all together unless the roles of each stack are known. */
    private List<Chart> threads(String about) {
        List<Chart> charts = new ArrayList<>();
        valid.runs().forEach((stack, forks) -> {
            if (everySecond(forks).anyMatch(second -> !second.threadsByRole().isEmpty())) {
                charts.add(threadsByRole(stack, forks));
            }
        });
        if (charts.size() < valid.runs().values().stream().filter(forks -> seconds(forks) > 0).count()) {
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
        return new Chart(valid.id("threads-" + List.copyOf(valid.runs().keySet()).indexOf(stack)), Kind.COLUMNS,
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
                    : Double.valueOf(
                            ValidRuns.rounded(known.stream().mapToInt(Integer::intValue).average().orElse(0))));
        }
        return new Series(role, style, x, y, List.of(), List.of(), null);
    }

    private static Stream<Second> everySecond(List<Run> forks) {
        return forks.stream().flatMap(run -> run.timeline().stream());
    }

    static @Nullable Double positive(double value) {
        return value > 0 ? Double.valueOf(value) : null;
    }

    /** @param of a figure of each second; null where nothing is known */
    Optional<Chart> timeline(String id, String title, String about, String unit,
            Function<Second, @Nullable Double> of) {
        List<Series> series = new ArrayList<>();
        int style = 0;
        for (var stack : valid.runs().entrySet()) {
            Series one = timeline(stack.getKey(), style++, stack.getValue(), of);
            if (one.y().stream().anyMatch(value -> value != null)) {
                series.add(one);
            }
        }
        int seconds = seconds(valid.runs().values().stream().flatMap(List::stream).toList());
        return series.isEmpty()
                ? Optional.empty()
                : Optional.of(new Chart(valid.id(id), Kind.LINES, title, about + valid.forks(), time(seconds),
                        unit.equals(Charts.MILLIS) ? latencies(unit, series) : Axis.linear(unit), series, events()));
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
                    known.add(ValidRuns.rounded(value));
                }
            }
            known.sort(null);
            x.add(second + 0.5);
            y.add(known.isEmpty() ? null : Double.valueOf(ValidRuns.median(known)));
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

    /**
     * Returns an axis from zero, unless values are of different magnitudes: a cut-off axis makes small differences look
     * large.
     */
    static Axis latencies(String title, List<Series> series) {
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

    /** Marks where the load changes, and when a fault begins or ends. */
    private List<Mark> events() {
        List<Mark> marks = new ArrayList<>();
        double at = 0;
        Scenario scenario = valid.result().settings().scenario();
        List<Scenario.Step> steps = scenario.steps();
        for (int step = 0; step + 1 < steps.size(); step++) {
            at += seconds(steps.get(step).duration());
            marks.add(new Mark(at, load(scenario, steps.get(step + 1))));
        }
        scenario.faults().forEach(fault -> marks.add(new Mark(seconds(fault.at()), fault.kind().text())));
        return marks;
    }

    /** Formats a step's load: "100/s", or "2 ×" of what was searched for. */
    static String load(Scenario scenario, Scenario.Step step) {
        return scenario.search() == Scenario.Search.NOTHING
                ? Chart.shown(step.times() * scenario.rate()) + "/s"
                : Chart.shown(step.times()) + " ×";
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
