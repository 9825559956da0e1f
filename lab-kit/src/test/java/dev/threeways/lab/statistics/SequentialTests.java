package dev.threeways.lab.statistics;

import static dev.threeways.lab.statistics.SimulatedExperiments.EXPERIMENTS;
import static dev.threeways.lab.statistics.SimulatedExperiments.FIVE_PERCENT;
import static dev.threeways.lab.statistics.SimulatedExperiments.NOISE;
import static dev.threeways.lab.statistics.SimulatedExperiments.covers;
import static dev.threeways.lab.statistics.SimulatedExperiments.share;
import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.lab.statistics.Family.Judgement;
import dev.threeways.lab.statistics.SimulatedExperiments.Metric;
import dev.threeways.lab.statistics.SimulatedExperiments.Pair;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adds blocks until the intervals are narrow, over thousands of experiments whose truth is known. */
class SequentialTests {

    private static final double PRECISION = 0.05;

    private static Map<Pair, PairedRatio> untilPrecise(Family family, SimulatedExperiments experiments,
            List<Metric> metrics, int mostBlocks) {
        List<List<List<Double>>> figures = experiments.blocks(5, metrics);
        Map<Pair, PairedRatio> pairs = SimulatedExperiments.pairs(metrics, figures);
        for (int blocks = 5; blocks < mostBlocks
                && !family.isPrecise(List.copyOf(pairs.values()), PRECISION); blocks++) {
            experiments.addBlock(figures, metrics);
            pairs = SimulatedExperiments.pairs(metrics, figures);
        }
        return pairs;
    }

    /**
     * @param missed share of all intervals that do not cover the truth
     * @param admitted share that may not, by the confidence of each
     * @param misled share of all experiments that have a wrong verdict
     */
    private record Outcome(double missed, double admitted, double misled, double meanBlocks) {}

    private static Outcome simulate(int count, Family family, List<Metric> metrics, int mostBlocks) {
        SimulatedExperiments experiments = new SimulatedExperiments(5);
        int intervals = 0;
        int missed = 0;
        double admitted = 0;
        int misled = 0;
        long blocks = 0;
        for (int i = 0; i < count; i++) {
            Map<Pair, PairedRatio> pairs = untilPrecise(family, experiments, metrics, mostBlocks);
            boolean misjudged = false;
            for (Map.Entry<Pair, Judgement> judged : family.judge(pairs).entrySet()) {
                Interval interval = judged.getValue().interval();
                intervals++;
                missed += covers(interval, judged.getKey().truth()) ? 0 : 1;
                admitted += 1 - interval.confidence();
                misjudged |= judged.getKey().isMisjudged(judged.getValue());
            }
            misled += misjudged ? 1 : 0;
            blocks += pairs.values().iterator().next().blocks();
        }
        return new Outcome((double) missed / intervals, admitted / intervals, (double) misled / count,
                (double) blocks / count);
    }

    private static Outcome simulateOne(Family family, double deviation) {
        return simulate(EXPERIMENTS, family, List.of(new Metric(List.of(1.0, 1.05), deviation)), 300);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.03, 0.05, 0.07, 0.1})
    void stoppingOnWidthKeepsTheCoverage(double deviation) {
        Outcome outcome = simulateOne(Family.ofSequentialSize(FIVE_PERCENT), deviation);
        assertThat(outcome.missed()).as("%s", outcome).isLessThan(0.05 + NOISE);
        assertThat(outcome.meanBlocks()).isBetween(5.0, 299.0);
        assertThat(outcome.misled()).as("on the margin, yet called different").isLessThan(0.025 + NOISE);
    }

    /** The error is halved because with that of a fixed number of blocks too many intervals miss the truth. */
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.07})
    void withoutHalvingTheErrorItWouldNot(double deviation) {
        assertThat(simulateOne(Family.ofFixedSize(FIVE_PERCENT), deviation).missed()).isGreaterThan(0.06);
    }

    /** Two of three comparisons by a metric, each with its own variance, are on the margin itself or beside it. */
    @ParameterizedTest
    @ValueSource(doubles = {0.03, 0.05})
    void stoppingOnTheWidthOfThreeKeepsTheCoverageOfEach(double deviation) {
        Outcome outcome = simulate(300, Family.ofSequentialSize(FIVE_PERCENT),
                List.of(new Metric(List.of(1.0, 1.05, 1.3), deviation)), 60);
        assertThat(outcome.missed()).as("%s", outcome).isLessThan(2 * outcome.admitted());
        assertThat(outcome.misled()).as("%s", outcome).isLessThan(0.05);
    }

    /** Returns the share of experiments in which not all intervals cover, with blocks added until all are narrow. */
    private static double missedTogether(Family family, double confidence, double deviation) {
        Metric metric = new Metric(List.of(1.0, 1.05, 1.3), deviation);
        return 1 - share(experiments -> {
            List<List<List<Double>>> figures = experiments.blocks(5, List.of(metric));
            Map<Pair, PooledRatio> pairs = SimulatedExperiments.pooled(metric, figures.getFirst());
            while (!family.isPreciseTogether(List.copyOf(pairs.values()), PRECISION)) {
                experiments.addBlock(figures, List.of(metric));
                pairs = SimulatedExperiments.pooled(metric, figures.getFirst());
            }
            return pairs.entrySet()
                    .stream()
                    .allMatch(pair -> covers(pair.getValue().interval(confidence), pair.getKey().truth()));
        });
    }

    /** The spread of all stacks looks small less often than that of a pair. Half the error is spent all the same. */
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.03, 0.05})
    void stoppingOnTheWidthOfAModelKeepsItsCoverage(double deviation) {
        assertThat(missedTogether(Family.ofSequentialSize(FIVE_PERCENT), 1 - Family.ERROR / 2, deviation))
                .isLessThan(Family.ERROR);
    }

    @Test
    void withTheWholeErrorAModelWouldNot() {
        assertThat(missedTogether(Family.ofFixedSize(FIVE_PERCENT), 1 - Family.ERROR, 0.05))
                .isGreaterThan(0.055);
    }
}
