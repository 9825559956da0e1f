package dev.threeways.lab.statistics;

import dev.threeways.lab.statistics.Family.Judgement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/** Experiments whose truth is known: costs that vary in proportion, by block and by fork. */
final class SimulatedExperiments {

    static final Margin FIVE_PERCENT = Margin.of(0.05);

    static final int EXPERIMENTS = 2_000;

    /** Three standard errors of a share near 95 %, or near 5 %, of {@link #EXPERIMENTS} experiments. */
    static final double NOISE = noise(EXPERIMENTS);

    /** Spread of slow minutes of the machine, which all forks of a block share. */
    private static final double BLOCK_DEVIATION = 0.2;

    private final Random random;

    SimulatedExperiments(long seed) {
        random = new Random(seed);
    }

    static double noise(int experiments) {
        return 3 * Math.sqrt(0.95 * 0.05 / experiments);
    }

    static double share(Predicate<SimulatedExperiments> holds) {
        return share(EXPERIMENTS, holds);
    }

    static double share(int count, Predicate<SimulatedExperiments> holds) {
        SimulatedExperiments experiments = new SimulatedExperiments(20261122);
        int held = 0;
        for (int i = 0; i < count; i++) {
            held += holds.test(experiments) ? 1 : 0;
        }
        return (double) held / count;
    }

    /**
     * Noise of the logarithm of a fork's cost, beside the block's. It is 0 in the mean, so that the truth is a
     * geometric mean.
     */
    @FunctionalInterface
    interface Noise {

        double of(int stack, Random random);
    }

    /** True cost of each stack by a metric, and how its forks vary about that. */
    record Metric(List<Double> truth, Noise noise) {

        /** @param deviation of normal noise */
        Metric(List<Double> truth, double deviation) {
            this(truth, (_, random) -> deviation * random.nextGaussian());
        }
    }

    /** Returns figures by stack and block. */
    List<List<Double>> blocks(int count, List<Double> truth, double deviation) {
        return blocks(count, new Metric(truth, deviation), BLOCK_DEVIATION);
    }

    /** Returns figures by stack and block, without slow minutes. */
    List<List<Double>> blocksOfAQuietMachine(int count, List<Double> truth, double deviation) {
        return blocks(count, new Metric(truth, deviation), 0);
    }

    /**
     * Returns figures by metric, stack and block. Metrics share no noise: together they mislead as often as they can.
     */
    List<List<List<Double>>> blocks(int count, List<Metric> metrics) {
        return metrics.stream().map(metric -> blocks(count, metric, BLOCK_DEVIATION)).toList();
    }

    private List<List<Double>> blocks(int count, Metric metric, double blockDeviation) {
        List<List<Double>> stacks = new ArrayList<>();
        metric.truth().forEach(_ -> stacks.add(new ArrayList<>()));
        for (int block = 0; block < count; block++) {
            addBlock(stacks, metric, blockDeviation);
        }
        return stacks;
    }

    void addBlock(List<List<List<Double>>> figures, List<Metric> metrics) {
        for (int metric = 0; metric < metrics.size(); metric++) {
            addBlock(figures.get(metric), metrics.get(metric), BLOCK_DEVIATION);
        }
    }

    private void addBlock(List<List<Double>> stacks, Metric metric, double blockDeviation) {
        double block = blockDeviation * random.nextGaussian();
        for (int stack = 0; stack < stacks.size(); stack++) {
            stacks.get(stack).add(metric.truth().get(stack) * Math.exp(block + metric.noise().of(stack, random)));
        }
    }

    /** @param truth true ratio of {@code stack} to {@code comparedWith} by the metric */
    record Pair(int metric, int stack, int comparedWith, double truth) {

        boolean isMisjudged(Judgement judgement) {
            return isMisjudged(judgement.interval());
        }

        /** A difference within the margin is no difference. */
        boolean isMisjudged(Interval interval) {
            boolean matters = FIVE_PERCENT.logBeyond(Math.log(truth)) > 1e-12;
            return switch (Verdict.of(interval, FIVE_PERCENT)) {
                case DIFFERENT -> !matters || truth > 1 != interval.low() > 1;
                case EQUIVALENT -> matters;
                case NO_DIFFERENCE_SHOWN -> false;
            };
        }
    }

    /** Compares each stack with each before it, by each metric. */
    Map<Pair, PairedRatio> pairs(int blocks, List<Metric> metrics) {
        return pairs(metrics, blocks(blocks, metrics));
    }

    static Map<Pair, PairedRatio> pairs(List<Metric> metrics, List<List<List<Double>>> figures) {
        Map<Pair, PairedRatio> pairs = new LinkedHashMap<>();
        for (int metric = 0; metric < metrics.size(); metric++) {
            List<Double> truth = metrics.get(metric).truth();
            List<List<Double>> stacks = figures.get(metric);
            for (int j = 0; j < stacks.size(); j++) {
                for (int i = j + 1; i < stacks.size(); i++) {
                    pairs.put(new Pair(metric, i, j, truth.get(i) / truth.get(j)),
                            PairedRatio.of(stacks.get(i), stacks.get(j)).orElseThrow());
                }
            }
        }
        return pairs;
    }

    /** Compares each stack with each before it, by the spread of all. */
    Map<Pair, PooledRatio> pooled(int blocks, Metric metric) {
        return pooled(metric, blocks(blocks, metric, BLOCK_DEVIATION));
    }

    static Map<Pair, PooledRatio> pooled(Metric metric, List<List<Double>> figures) {
        BlockModel model = BlockModel.of(figures).orElseThrow();
        List<Double> truth = metric.truth();
        int all = truth.size() * (truth.size() - 1) / 2;
        Map<Pair, PooledRatio> pairs = new LinkedHashMap<>();
        for (int j = 0; j < truth.size(); j++) {
            for (int i = j + 1; i < truth.size(); i++) {
                pairs.put(new Pair(0, i, j, truth.get(i) / truth.get(j)), model.ratio(i, j, all));
            }
        }
        return pairs;
    }

    static boolean covers(Interval interval, double truth) {
        return interval.low() <= truth && truth <= interval.high();
    }
}
