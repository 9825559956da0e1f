package dev.threeways.comparison.analysis;

import dev.threeways.comparison.result.Latencies;
import dev.threeways.comparison.result.Outcome;
import dev.threeways.comparison.result.Result.Comparison;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.Spread;
import dev.threeways.comparison.result.Result.StackSummary;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.Plan;
import dev.threeways.lab.statistics.Family;
import dev.threeways.lab.statistics.LogRatio;
import dev.threeways.lab.statistics.Margin;
import dev.threeways.lab.statistics.PairedRatio;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
                result.builds(), result.runs(), summary(labels, result.runs()), comparisons(result));
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

    /** Two stacks and the metric that compares them. */
    private record Pair(Metric metric, String stack, String comparedWith) {}

    /** Compares each stack with each before it, by every headline metric: one family. */
    private static List<Comparison> comparisons(Result result) {
        boolean judged = result.stamp() == null;
        Map<Pair, List<Run[]>> pairs = pairs(result);
        List<Comparison> comparisons = new ArrayList<>();
        family(result.settings().plan()).judge(ratios(pairs)).forEach((pair, judgement) -> {
            List<Double> ofBlocks = Objects.requireNonNull(pairs.get(pair))
                    .stream()
                    .map(runsOfBlock -> pair.metric().value(runsOfBlock[0]) / pair.metric().value(runsOfBlock[1]))
                    .toList();
            comparisons.add(new Comparison(pair.metric().id(), pair.stack(), pair.comparedWith(), ofBlocks,
                    judgement.ratio().ratio(), judgement.interval().low(), judgement.interval().high(),
                    judgement.interval().confidence(), judged ? judgement.verdict().text() : null,
                    ofBlocks.size() < PairedRatio.ENOUGH_BLOCKS, judgement.detectable(),
                    judgement.blocksToDecide().isPresent() ? judgement.blocksToDecide().getAsInt() : null));
        });
        return comparisons;
    }

    /**
     * Whether the intervals of all headline metrics are as narrow as requested. A metric that is zero in some block
     * cannot be compared, does not get narrower, and is not waited for. Nor is a tail, which takes more blocks to have
     * an interval.
     */
    public static boolean isPrecise(Result result, double precision) {
        Map<Pair, LogRatio> ratios = ratios(pairs(result));
        int stacks = result.labels().size();
        long wanted = (long) stacks * (stacks - 1) / 2;
        return ratios.keySet().stream().filter(pair -> pair.metric().equals(Metric.MEMORY)).count() == wanted
                && family(result.settings().plan()).isPrecise(List.copyOf(ratios.values()), precision);
    }

    private static Family family(Plan plan) {
        Margin margin = Margin.of(plan.difference());
        return plan.precision() == null ? Family.ofFixedSize(margin) : Family.ofSequentialSize(margin);
    }

    /**
     * Leaves out a stack whose figure is zero or not known in some block (it answered nothing in time, no rate was
     * held). To leave out that block alone would tell of its better ones only.
     */
    private static Map<Pair, LogRatio> ratios(Map<Pair, List<Run[]>> pairs) {
        Map<Pair, LogRatio> ratios = new LinkedHashMap<>();
        pairs.forEach((pair, blocks) -> {
            if (blocks.size() >= pair.metric().blocksForInterval()
                    && blocks.stream().flatMap(Arrays::stream).allMatch(run -> pair.metric().value(run) > 0)) {
                PairedRatio.of(blocks.stream().map(runs -> pair.metric().value(runs[0])).toList(),
                        blocks.stream().map(runs -> pair.metric().value(runs[1])).toList())
                        .ifPresent(ratio -> ratios.put(pair, pair.metric().ratio(ratio)));
            }
        });
        return ratios;
    }

    /** Returns for each pair the two runs of each block in which both are valid. */
    private static Map<Pair, List<Run[]>> pairs(Result result) {
        List<String> labels = result.labels();
        Map<Pair, List<Run[]>> pairs = new LinkedHashMap<>();
        for (Metric metric : Metric.headlines(result)) {
            for (int denominator = 0; denominator < labels.size(); denominator++) {
                for (int numerator = denominator + 1; numerator < labels.size(); numerator++) {
                    String one = labels.get(numerator);
                    String other = labels.get(denominator);
                    pairs.put(new Pair(metric, one, other), pairs(of(one, result.runs()), of(other, result.runs())));
                }
            }
        }
        return pairs;
    }

    private static List<Run[]> pairs(List<Run> ones, List<Run> others) {
        List<Run[]> pairs = new ArrayList<>();
        for (Run one : ones) {
            others.stream()
                    .filter(other -> other.block() == one.block() && other.isValid() && one.isValid())
                    .forEach(other -> pairs.add(new Run[]{one, other}));
        }
        return pairs;
    }

    private static List<Run> of(String label, List<Run> runs) {
        return runs.stream().filter(run -> run.stack().equals(label)).toList();
    }
}
