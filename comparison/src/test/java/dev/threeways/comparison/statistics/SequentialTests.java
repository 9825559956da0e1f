package dev.threeways.comparison.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.statistics.Family.Judgement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks until the intervals are narrow, over thousands of experiments whose truth is known. */
class SequentialTests {

    private static final int EXPERIMENTS = 2_000;

    private static final double NOISE = 3 * Math.sqrt(0.95 * 0.05 / EXPERIMENTS);

    private static final double PRECISION = 0.05;

    private static final int MOST_BLOCKS = 300;

    private static final Margin FIVE_PERCENT = Margin.of(0.05);

    private static List<List<Double>> untilPrecise(Family family, SimulatedExperiments experiments, List<Double> truth,
            double deviation) {
        List<List<Double>> stacks = experiments.blocks(5, truth, deviation);
        while (stacks.getFirst().size() < MOST_BLOCKS
                && !family.isPrecise(List.copyOf(SimulatedExperiments.pairs(stacks).values()), PRECISION)) {
            SimulatedExperiments.add(stacks, experiments.block(truth, deviation));
        }
        return stacks;
    }

    private record Outcome(double covered, double meanBlocks, double wrongVerdicts) {}

    private static Outcome simulate(Family family, double truth, double deviation) {
        SimulatedExperiments experiments = new SimulatedExperiments(5);
        int covered = 0;
        int wrong = 0;
        long blocks = 0;
        for (int i = 0; i < EXPERIMENTS; i++) {
            List<List<Double>> stacks = untilPrecise(family, experiments, List.of(1.0, truth), deviation);
            Map<String, PairedRatio> pairs = SimulatedExperiments.pairs(stacks);
            List<Judgement> judgements = new ArrayList<>(family.judge(pairs).values());
            Judgement judgement = judgements.getFirst();
            covered += SimulatedExperiments.covers(judgement.interval(), truth) ? 1 : 0;
            wrong += judgement.verdict() == Verdict.DIFFERENT ? 1 : 0;
            blocks += stacks.getFirst().size();
        }
        return new Outcome((double) covered / EXPERIMENTS, (double) blocks / EXPERIMENTS,
                (double) wrong / EXPERIMENTS);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.03, 0.05, 0.07, 0.1})
    void stoppingOnWidthKeepsTheCoverage(double deviation) {
        Outcome outcome = simulate(Family.ofSequentialSize(FIVE_PERCENT), 1.05, deviation);
        assertThat(outcome.covered()).as("%s", outcome).isGreaterThan(0.95 - NOISE);
        assertThat(outcome.meanBlocks()).isBetween(5.0, (double) MOST_BLOCKS - 1);
        assertThat(outcome.wrongVerdicts()).as("on the margin, yet called different").isLessThan(0.025 + NOISE);
    }

    /** Why the error is halved: with that of a fixed number of blocks the intervals are too often stopped at. */
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.07})
    void withoutHalvingTheErrorItWouldNot(double deviation) {
        assertThat(simulate(Family.ofFixedSize(FIVE_PERCENT), 1.05, deviation).covered()).isLessThan(0.94);
    }
}
