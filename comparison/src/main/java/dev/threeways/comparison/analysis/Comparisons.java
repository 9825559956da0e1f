package dev.threeways.comparison.analysis;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Comparison;
import dev.threeways.comparison.scenario.ComparisonPlan;
import dev.threeways.comparison.scenario.ComparisonPlan.Pair;
import dev.threeways.comparison.scenario.ComparisonPlan.Variance;
import dev.threeways.comparison.scenario.Plan;
import dev.threeways.lab.statistics.Family;
import dev.threeways.lab.statistics.Family.Judgement;
import dev.threeways.lab.statistics.LogRatio;
import dev.threeways.lab.statistics.Margin;
import dev.threeways.lab.statistics.PairedRatio;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Compares the stacks of a result by its headline metrics, as its scenario planned it. */
final class Comparisons {

    /** Two stacks and the metric that compares them. */
    private record Key(Metric metric, Pair pair) {}

    /** What two stacks' figures say: the ratio in each block, and over all. */
    private record Paired(List<Double> ofBlocks, LogRatio ratio) {}

    private final Result result;

    private final ComparisonPlan plan;

    private final Family family;

    Comparisons(Result result) {
        this.result = result;
        this.plan = result.settings().scenario().comparison();
        Plan size = result.settings().plan();
        Margin margin = Margin.of(size.margin());
        this.family = size.precision() == null ? Family.ofFixedSize(margin) : Family.ofSequentialSize(margin);
    }

    /** Returns the comparisons of all headline metrics, in their order. */
    List<Comparison> all() {
        List<Comparison> all = new ArrayList<>();
        for (Map<Key, Paired> pairs : families()) {
            Map<Key, LogRatio> ratios = ratios(pairs);
            (isPooled() ? family.judgeTogether(ratios) : family.judge(ratios)).forEach((key, judgement) -> all
                    .add(comparison(key, Objects.requireNonNull(pairs.get(key)).ofBlocks(), judgement)));
        }
        return all;
    }

    private Comparison comparison(Key key, List<Double> ofBlocks, Judgement judgement) {
        return new Comparison(key.metric().id(), key.pair().stack(), key.pair().comparedWith(), ofBlocks,
                judgement.ratio().ratio(), judgement.interval().low(), judgement.interval().high(),
                judgement.interval().confidence(), result.stamp() == null ? judgement.verdict().text() : null,
                ofBlocks.size() < PairedRatio.ENOUGH_BLOCKS, judgement.detectable(),
                judgement.blocksToDecide().isPresent() ? judgement.blocksToDecide().getAsInt() : null);
    }

    /**
     * Whether all intervals are as narrow as requested. A metric that is zero in some block cannot be compared, does
     * not get narrower, and is not waited for. Nor is a tail, which takes more blocks to have an interval.
     */
    boolean arePrecise(double precision) {
        List<Map<Key, Paired>> families = families();
        long compared = families.stream()
                .flatMap(pairs -> pairs.keySet().stream())
                .filter(key -> key.metric().equals(Metric.MEMORY))
                .count();
        return compared == plan.pairsOf(result.labels()).size() && families.stream().allMatch(pairs -> {
            List<LogRatio> ratios = List.copyOf(ratios(pairs).values());
            return isPooled() ? family.isPreciseTogether(ratios, precision) : family.isPrecise(ratios, precision);
        });
    }

    private boolean isPooled() {
        return plan.variance() == Variance.POOLED;
    }

    /** Returns what is judged together: the pairs of each metric. */
    private List<Map<Key, Paired>> families() {
        List<Map<Key, Paired>> ofMetrics = Metric.headlines(result)
                .stream()
                .map(metric -> isPooled() ? pooled(metric) : pairwise(metric))
                .toList();
        if (plan.variance() != Variance.PAIRWISE_IN_ONE_FAMILY) {
            return ofMetrics;
        }
        Map<Key, Paired> all = new LinkedHashMap<>();
        ofMetrics.forEach(all::putAll);
        return List.of(all);
    }

    private Map<Key, Paired> pooled(Metric metric) {
        CompleteBlocks blocks = CompleteBlocks.of(result, metric);
        List<Pair> pairs = plan.pairsOf(blocks.stacks());
        Map<Key, Paired> ratios = new LinkedHashMap<>();
        blocks.model(metric).ifPresent(model -> {
            List<List<Double>> values = blocks.values(metric);
            for (Pair pair : pairs) {
                int stack = blocks.stacks().indexOf(pair.stack());
                int comparedWith = blocks.stacks().indexOf(pair.comparedWith());
                ratios.put(new Key(metric, pair), new Paired(ofBlocks(values.get(stack), values.get(comparedWith)),
                        metric.ratio(model.ratio(stack, comparedWith, pairs.size()))));
            }
        });
        return ratios;
    }

    /**
     * Compares each pair in the blocks in which both are valid, unless a figure is zero or not known in one of them.
     */
    private Map<Key, Paired> pairwise(Metric metric) {
        Map<Key, Paired> ratios = new LinkedHashMap<>();
        for (Pair pair : plan.pairsOf(result.labels())) {
            CompleteBlocks blocks = CompleteBlocks.of(List.of(pair.stack(), pair.comparedWith()), result.runs());
            List<Double> numerators = blocks.values(metric).getFirst();
            List<Double> denominators = blocks.values(metric).getLast();
            if (blocks.count() >= metric.blocksForInterval() && arePositive(numerators) && arePositive(denominators)) {
                PairedRatio.of(numerators, denominators)
                        .ifPresent(ratio -> ratios.put(new Key(metric, pair),
                                new Paired(ofBlocks(numerators, denominators), metric.ratio(ratio))));
            }
        }
        return ratios;
    }

    private static boolean arePositive(List<Double> values) {
        return values.stream().allMatch(value -> value > 0);
    }

    private static List<Double> ofBlocks(List<Double> numerators, List<Double> denominators) {
        return IntStream.range(0, numerators.size())
                .mapToObj(block -> numerators.get(block) / denominators.get(block))
                .toList();
    }

    private static Map<Key, LogRatio> ratios(Map<Key, Paired> pairs) {
        Map<Key, LogRatio> ratios = new LinkedHashMap<>();
        pairs.forEach((key, paired) -> ratios.put(key, paired.ratio()));
        return ratios;
    }
}
