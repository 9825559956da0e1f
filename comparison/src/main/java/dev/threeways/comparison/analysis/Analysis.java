package dev.threeways.comparison.analysis;

import dev.threeways.comparison.result.Latencies;
import dev.threeways.comparison.result.Outcome;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.Spread;
import dev.threeways.comparison.result.Result.StackSummary;
import dev.threeways.comparison.result.Result;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes figures from runs. Invalid runs are in none of them. */
public final class Analysis {

    /** Requests of a thousand that may fail by chance. */
    static final double MAX_FAILED_PER_THOUSAND = 1;

    private Analysis() {}

    /** Returns a result with its runs analysed again, as today. */
    public static Result again(Result result) {
        List<String> labels = result.labels();
        return new Result(result.schema(), result.startedAt(), result.finishedAt(), result.status(), result.failure(),
                result.elapsedSeconds(), result.stamp(), result.command(), result.settings(), result.headlines(),
                result.machine(), result.ceiling(), result.addedCpuMillis(), result.jvmOptions(), result.database(),
                result.builds(), result.runs(), summary(labels, result.runs()), new Comparisons(result).all(),
                Variances.of(result));
    }

    static List<StackSummary> summary(List<String> labels, List<Run> runs) {
        return labels.stream().map(label -> summary(label, of(label, runs))).toList();
    }

    private static StackSummary summary(String label, List<Run> all) {
        List<Run> valid = all.stream().filter(Run::isValid).toList();
        Map<String, Spread> metrics = new LinkedHashMap<>();
        Metric.ALL.forEach(metric -> metric.over(valid).ifPresent(spread -> metrics.put(metric.id(), spread)));
        Latencies merged = Latencies
                .merged(valid.stream()
                        .map(run -> Latencies.decoded(run.client().latencyMillis().histogram()))
                        .toList());
        return new StackSummary(label, valid.size(), all.size() - valid.size(), merged.summary(), metrics);
    }

    /** Counts the requests of all these runs by {@link Outcome#id()}; what did not happen is left out. */
    public static Map<String, Long> outcomes(List<Run> runs) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            long count = runs.stream()
                    .flatMap(run -> run.timeline().stream())
                    .mapToLong(second -> second.outcomes().getOrDefault(outcome.id(), 0L))
                    .sum();
            if (count > 0) {
                counts.put(outcome.id(), count);
            }
        }
        return counts;
    }

    /** Returns whether the intervals of all headline metrics are as narrow as requested. */
    public static boolean isPrecise(Result result, double precision) {
        return new Comparisons(result).arePrecise(precision);
    }

    private static List<Run> of(String label, List<Run> runs) {
        return runs.stream().filter(run -> run.stack().equals(label)).toList();
    }
}
