package dev.threeways.lab.statistics;

import static dev.threeways.lab.statistics.SimulatedExperiments.EXPERIMENTS;
import static dev.threeways.lab.statistics.SimulatedExperiments.FIVE_PERCENT;
import static dev.threeways.lab.statistics.SimulatedExperiments.NOISE;
import static dev.threeways.lab.statistics.SimulatedExperiments.covers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.lab.statistics.Family.Judgement;
import dev.threeways.lab.statistics.SimulatedExperiments.Metric;
import dev.threeways.lab.statistics.SimulatedExperiments.Pair;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /**
     * Three stacks by three metrics have three of nine comparisons on the margin itself. Blocks are added until all
     * nine intervals are narrow or there is no time for more.
     */
    @ParameterizedTest
    @CsvSource({"0.01, 0.02, 0.03", "0.01, 0.04, 0.06"})
    void stoppingOnTheWidthOfNineKeepsTheCoverageOfEach(double one, double another, double third) {
        Outcome outcome = simulate(300, Family.ofSequentialSize(FIVE_PERCENT),
                List.of(new Metric(List.of(1.0, 1.0, 1.0), one), new Metric(List.of(1.0, 1.05, 1.05), another),
                        new Metric(List.of(1.0, 1.2, 1.26), third)),
                30);
        assertThat(outcome.missed()).as("%s", outcome).isLessThan(2 * outcome.admitted());
        assertThat(outcome.misled()).as("%s", outcome).isLessThan(0.05);
    }
}
