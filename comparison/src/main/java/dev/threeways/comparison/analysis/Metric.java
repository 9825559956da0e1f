package dev.threeways.comparison.analysis;

import dev.threeways.comparison.result.Latencies;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.PerRequest;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.scenario.Headline;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.lab.statistics.CoarseRatio;
import dev.threeways.lab.statistics.LogRatio;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.descriptive.Median;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a run, as the table shows it.
 *
 * @param id in {@code result.json}
 * @param title in the table
 * @param decimals shown
 * @param of the figure in the shown unit, null where it is not known
 */
public record Metric(String id, String title, int decimals, Function<Run, @Nullable Double> of) {

    public static final double MIB = 1024.0 * 1024.0;

    /** Total CPU ÷ OK answers: rejecting more requests makes no stack cheaper. */
    public static final Metric CPU = perOk(Headline.CPU.id(), "CPU ms/OK answer, service",
            PerRequest::serviceCpuMillis);

    /** CPU including the JIT compiler, part of what a request costs in a cold service. */
    public static final Metric CPU_WITH_COMPILER = perOk(Headline.CPU_WITH_COMPILER.id(), "CPU ms/OK answer, with JIT",
            perRequest -> perRequest.serviceCpuMillis() + perRequest.compilerCpuMillis());

    public static final Metric P50 = new Metric(Headline.P50.id(), "latency p50, ms", 1,
            run -> run.client().latencyMillis().p50());

    public static final Metric P99 = new Metric(Headline.P99.id(), "latency p99, ms", 1,
            run -> run.client().latencyMillis().p99());

    /** Memory that a service cannot do without: resident memory would show the heap's policy. */
    public static final Metric MEMORY = new Metric(Headline.MEMORY.id(), "live heap + non-heap, MiB", 1,
            run -> (run.cost().memory().liveHeapBytes() + run.cost().memory().nonHeapBytes()) / MIB);

    /** The highest rate at which the objective was met for a whole window. */
    public static final Metric CAPACITY = new Metric(Headline.CAPACITY.id(), "capacity, requests/s", 0,
            Metric::capacity);

    /** Rate of answers within the objective. */
    public static final Metric GOODPUT = new Metric(Headline.GOODPUT.id(),
            "goodput while disturbed, requests/s", 1, run -> run.event().goodputPerSecond());

    public static final List<Metric> ALL = List.of(
            CAPACITY,
            new Metric("capacityPerCpu", "capacity, requests/s per CPU", 0, Metric::capacityPerCpu),
            GOODPUT,
            new Metric("recoverySeconds", "recovery, s", 0, Metric::recovery),
            new Metric("okPerSecond", "answered OK per second", 1, run -> run.client().okPerSecond()),
            P50,
            new Metric("latencyP90Millis", "latency p90, ms", 1, run -> run.client().latencyMillis().p90()),
            P99,
            new Metric("latencyP999Millis", "latency p99.9, ms", 1, run -> run.client().latencyMillis().p999()),
            new Metric("latencyMaxMillis", "latency max, ms", 1, run -> run.client().latencyMillis().max()),
            CPU, CPU_WITH_COMPILER,
            new Metric("okPerCpuSecond", "OK answers per CPU second", 0, Metric::okPerCpuSecond),
            perRequest("databaseCpuMillis", "CPU ms/request, PostgreSQL", 3, PerRequest::databaseCpuMillis),
            perRequest("simulatorCpuMillis", "CPU ms/request, simulator", 3, PerRequest::simulatorCpuMillis),
            perRequest("generatorCpuMillis", "CPU ms/request, generator", 3, PerRequest::generatorCpuMillis),
            perRequest("contextSwitches", "context switches/request", 2, Metric::switches),
            perRequest("allocatedKib", "allocated KiB/request", 1, perRequest -> perRequest.allocatedBytes() / 1024),
            new Metric("liveHeapMib", "live heap after GC, MiB", 1, run -> run.cost().memory().liveHeapBytes() / MIB),
            new Metric("nonHeapMib", "non-heap, MiB", 1, run -> run.cost().memory().nonHeapBytes() / MIB),
            MEMORY,
            new Metric("residentMib", "resident (heap policy), MiB", 0,
                    run -> run.cost().memory().residentBytes() / MIB),
            new Metric("peakThreads", "peak platform threads", 0, run -> (double) run.cost().threads().peakPlatform()),
            new Metric("stackResidentMib", "resident thread stacks, MiB", 1, Metric::stacks),
            new Metric("generatorLagP99Millis", "generator lag p99, ms", 1,
                    run -> run.client().generatorLagMillis().p99()));

    /** Returns the metrics that stacks are compared by in a scenario, first that which it decides by. */
    public static List<Metric> headlines(Scenario scenario) {
        return scenario.headlines().stream().map(Headline::id).map(Metric::of).toList();
    }

    /** Returns the headline metrics of a result, first that which it decides by. */
    public static List<Metric> headlines(Result result) {
        return result.headlines().stream().map(Metric::of).toList();
    }

    private static @Nullable Double capacity(Run run) {
        Result.Capacity capacity = run.capacity();
        return capacity == null || !capacity.held() ? null : Double.valueOf(capacity.ratePerSecond());
    }

    private static @Nullable Double capacityPerCpu(Run run) {
        Double capacity = capacity(run);
        String cpus = run.service().flags().get("ActiveProcessorCount");
        return capacity == null || cpus == null ? null : Double.valueOf(capacity / Integer.parseInt(cpus));
    }

    private static @Nullable Double okPerCpuSecond(Run run) {
        Double millis = CPU.of().apply(run);
        return millis == null ? null : Double.valueOf(1000 / millis);
    }

    /** Reads thread stacks after the last answer: threads that a pool has just used are still there. */
    private static @Nullable Double stacks(Run run) {
        long bytes = run.service().after().stackResidentBytes();
        return bytes == 0 ? null : Double.valueOf(bytes / MIB);
    }

    private static @Nullable Double recovery(Run run) {
        Integer seconds = run.event().recoverySeconds();
        return seconds == null ? null : Double.valueOf(seconds);
    }

    private static Metric perRequest(String id, String title, int decimals,
            Function<PerRequest, @Nullable Double> of) {
        return new Metric(id, title, decimals, run -> of.apply(run.cost().perRequest()));
    }

    /** @param of what each request that was completed took, however it ended */
    private static Metric perOk(String id, String title, ToDoubleFunction<PerRequest> of) {
        return new Metric(id, title, 3, run -> run.client().requests().ok() == 0
                ? null
                : Double.valueOf(of.applyAsDouble(run.cost().perRequest()) * run.window().completed()
                        / run.client().requests().ok()));
    }

    private static @Nullable Double switches(PerRequest perRequest) {
        Double voluntary = perRequest.voluntarySwitches();
        Double involuntary = perRequest.involuntarySwitches();
        return voluntary == null || involuntary == null ? null : Double.valueOf(voluntary + involuntary);
    }

    /** Whether more is better; of all other metrics, less is. */
    boolean isMoreBetter() {
        return equals(CAPACITY) || equals(GOODPUT);
    }

    /** Whether this metric is a latency, which is that of OK answers only. */
    boolean isLatency() {
        return id.startsWith("latency");
    }

    /** Returns the fewest blocks for an interval: the tail of one fork varies too much for one from a few. */
    int blocksForInterval() {
        return equals(P99) ? 10 : 2;
    }

    /** Returns the ratio of two such figures, as uncertain as they are. */
    LogRatio ratio(LogRatio read) {
        return equals(CAPACITY) ? new CoarseRatio(read, Result.Capacity.STEP) : read;
    }

    public static Metric of(String id) {
        return ALL.stream()
                .filter(metric -> metric.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no metric '" + id + "'"));
    }

    /** Returns the percentile of the merged histograms, if this is one: a median of percentiles would be none. */
    public Optional<Double> merged(Latencies.Summary latencies) {
        return switch (id) {
            case "latencyP50Millis" -> Optional.of(latencies.p50());
            case "latencyP90Millis" -> Optional.of(latencies.p90());
            case "latencyP99Millis" -> Optional.of(latencies.p99());
            case "latencyP999Millis" -> Optional.of(latencies.p999());
            case "latencyMaxMillis" -> Optional.of(latencies.max());
            default -> Optional.empty();
        };
    }

    /** Returns 0 where the figure is not known. */
    public double value(Run run) {
        Double value = of.apply(run);
        return value == null ? 0 : value;
    }

    /** Whether the figure is known, and 0. */
    boolean isZero(Run run) {
        Double value = of.apply(run);
        return value != null && value == 0;
    }

    /** Returns the spread over the runs where the figure is known. */
    public Optional<Result.Spread> over(List<Run> runs) {
        List<Double> values = values(runs);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        double median = Median.withDefaults()
                .evaluate(values.stream().mapToDouble(Double::doubleValue).toArray());
        return Optional.of(new Result.Spread(median, values.getFirst(), values.getLast()));
    }

    private List<Double> values(List<Run> runs) {
        List<Double> values = new ArrayList<>();
        for (Run run : runs) {
            Double value = of.apply(run);
            if (value != null) {
                values.add(value);
            }
        }
        values.sort(null);
        return values;
    }
}
