package dev.threeways.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks the parts of the variance in experiments whose forks and turns vary by known amounts. */
class VarianceComponentsTests {

    private static final int STACKS = 3;

    private static final int BLOCKS = 5;

    private static final int TURNS = 12;

    private static final int EXPERIMENTS = 500;

    /** Simulates an experiment in which all stacks are slow in some blocks, and in some turns. */
    private static VarianceComponents experiment(double betweenForks, double betweenTurns, Random random) {
        List<List<Double>> forks = IntStream.range(0, STACKS).<List<Double>>mapToObj(_ -> new ArrayList<>()).toList();
        List<BlockModel> turnsOfBlocks = new ArrayList<>();
        for (int block = 0; block < BLOCKS; block++) {
            double minute = 0.2 * random.nextGaussian();
            double[] slow = random.doubles(TURNS).map(each -> 0.1 * each).toArray();
            List<List<Double>> turns = new ArrayList<>();
            for (int stack = 0; stack < STACKS; stack++) {
                double fork = minute + betweenForks * random.nextGaussian();
                List<Double> ofFork = IntStream.range(0, TURNS)
                        .mapToObj(turn -> Math.exp(fork + slow[turn] + betweenTurns * random.nextGaussian()))
                        .toList();
                turns.add(ofFork);
                forks.get(stack).add(ofFork.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
            }
            turnsOfBlocks.add(BlockModel.of(turns).orElseThrow());
        }
        return VarianceComponents.of(BlockModel.of(forks).orElseThrow(), turnsOfBlocks).orElseThrow();
    }

    /** The variance of a mean of twelve turns is a twelfth of a turn's. */
    @ParameterizedTest
    @CsvSource({"0.03, 0.06", "0.03, 0.02", "0, 0.06", "0.05, 0.1"})
    void partsAreThoseOfTheSimulation(double betweenForks, double betweenTurns) {
        Random random = new Random(11);
        List<VarianceComponents> all = IntStream.range(0, EXPERIMENTS)
                .mapToObj(_ -> experiment(betweenForks, betweenTurns, random))
                .toList();
        double within = betweenTurns * betweenTurns / TURNS;
        double residual = betweenForks * betweenForks + within;
        // The mean of n estimates with f degrees of freedom has a relative standard error of sqrt(2 / (n f)).
        assertThat(all.stream().mapToDouble(VarianceComponents::withinForks).average().orElseThrow())
                .isCloseTo(within, within(0.03 * within));
        assertThat(all.stream().mapToDouble(VarianceComponents::residual).average().orElseThrow())
                .isCloseTo(residual, within(3 * residual * Math.sqrt(2.0 / (EXPERIMENTS * 8))));
    }

    @Test
    void theRestIsBetweenForks() {
        assertThat(new VarianceComponents(0.0004, 0.0001).betweenForks()).isCloseTo(0.0003, within(1e-12));
        assertThat(new VarianceComponents(0.0004, 0.0005).betweenForks()).isZero();
    }

    @Test
    void withoutTurnsOrSpreadNothingIsSaid() {
        BlockModel forks = BlockModel.of(List.of(List.of(1.0, 2.0), List.of(1.0, 3.0))).orElseThrow();
        BlockModel alike = BlockModel.of(List.of(List.of(1.0, 1.0), List.of(1.0, 1.0))).orElseThrow();
        assertThat(VarianceComponents.of(forks, List.of())).isEmpty();
        assertThat(VarianceComponents.of(alike, List.of(alike))).isEmpty();
    }
}
