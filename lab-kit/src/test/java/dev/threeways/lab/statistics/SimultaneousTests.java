package dev.threeways.lab.statistics;

import static dev.threeways.lab.statistics.SimulatedExperiments.EXPERIMENTS;
import static dev.threeways.lab.statistics.SimulatedExperiments.FIVE_PERCENT;
import static dev.threeways.lab.statistics.SimulatedExperiments.NOISE;
import static dev.threeways.lab.statistics.SimulatedExperiments.covers;
import static dev.threeways.lab.statistics.SimulatedExperiments.share;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.threeways.lab.statistics.SimulatedExperiments.Metric;
import dev.threeways.lab.statistics.SimulatedExperiments.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks what the intervals of a {@link BlockModel} claim, on thousands of experiments whose truth is known: that all
 * of them cover at once in 95 %.
 */
class SimultaneousTests {

    /** Three stacks whose forks differ by 3.5 %: what committed runs show of CPU per request. */
    private static final Metric ALIKE = new Metric(List.of(1.0, 1.0, 1.0), 0.035);

    private static List<Double> costs(String costs) {
        return Arrays.stream(costs.split(" ")).map(Double::valueOf).toList();
    }

    private static boolean allCover(Map<Pair, PooledRatio> pairs) {
        return pairs.entrySet()
                .stream()
                .allMatch(pair -> covers(pair.getValue().interval(0.95), pair.getKey().truth()));
    }

    /** Returns the median half width of an interval, in percent of the logarithm. */
    private static double halfWidth(Function<SimulatedExperiments, Double> of) {
        SimulatedExperiments experiments = new SimulatedExperiments(3);
        return DoubleStream.generate(() -> 100 * of.apply(experiments))
                .limit(EXPERIMENTS)
                .sorted()
                .skip(EXPERIMENTS / 2)
                .findFirst()
                .orElseThrow();
    }

    /** What docs/METHOD.md says: pooled, pairwise, and pairwise with all of three metrics in one family, as it was. */
    @ParameterizedTest
    @CsvSource({"5, 6.1, 8.1, 11.1", "6, 5.4, 6.8, 8.9", "8, 4.5, 5.3, 6.7"})
    void intervalsAreAsNarrowAsTheMethodSays(int blocks, double pooled, double pairwise, double ofNine) {
        assertThat(halfWidth(experiments -> first(experiments.pooled(blocks, ALIKE)).halfWidth(0.95)))
                .isCloseTo(pooled, within(0.1));
        assertThat(halfWidth(experiments -> first(experiments.pairs(blocks, List.of(ALIKE)))
                .halfWidth(1 - Family.ERROR / 3))).isCloseTo(pairwise, within(0.3));
        assertThat(halfWidth(experiments -> first(experiments.pairs(blocks, List.of(ALIKE)))
                .halfWidth(1 - Family.ERROR / 9))).isCloseTo(ofNine, within(0.4));
    }

    private static <R extends LogRatio> R first(Map<Pair, R> pairs) {
        return pairs.values().iterator().next();
    }

    /** "a b c" are the stacks' costs: the truth is nothing that coverage depends on. */
    @ParameterizedTest
    @CsvSource({"2, 1 1 1, 0.035", "3, 1 1.3 2, 0.035", "5, 1 1 1, 0.035", "5, 1 1.3 2, 0.1", "8, 1 1 1, 0.01",
            "5, 1 1 1 1, 0.035", "15, 1 1.1 1.2 1.3 1.4, 0.05"})
    void allIntervalsCoverAtOnce(int blocks, String costs, double deviation) {
        Metric metric = new Metric(costs(costs), deviation);
        assertThat(share(experiments -> allCover(experiments.pooled(blocks, metric)))).isBetween(0.95 - NOISE,
                0.95 + NOISE);
    }

    /** Forks of all stacks have a heavy tail: Student's t of 4 degrees of freedom, or a tenth are 20 % dearer. */
    @ParameterizedTest
    @CsvSource({"5", "6", "8"})
    void aWrongPairIsRareWithAHeavyTailToo(int blocks) {
        assertThat(share(experiments -> allCover(experiments.pooled(blocks,
                new Metric(ALIKE.truth(), (_, random) -> 0.035 * heavy(random)))))).isBetween(0.95 - NOISE, 0.97);
        assertThat(share(experiments -> allCover(experiments.pooled(blocks,
                new Metric(ALIKE.truth(), (_, random) -> 0.035 * random.nextGaussian()
                        + Math.log(1.2) * ((random.nextInt(10) == 0 ? 1 : 0) - 0.1))))))
                .isBetween(0.95 - NOISE, 0.98);
    }

    /** Returns Student's t of 4 degrees of freedom, with a standard deviation of 1. */
    private static double heavy(Random random) {
        double squares = 0;
        for (int i = 0; i < 4; i++) {
            double normal = random.nextGaussian();
            squares += normal * normal;
        }
        return random.nextGaussian() / Math.sqrt(squares / 4) / Math.sqrt(2);
    }

    /**
     * Stacks vary unequally: what is pooled is too narrow for the pair that varies most, and the whole is wrong more
     * often than it says. That is why windows in which something happens are compared pairwise.
     */
    @ParameterizedTest
    @CsvSource({"0.02 0.035 0.05, 0.92, 0.95", "0.01 0.01 0.06, 0.88, 0.92"})
    void unequalSpreadsCostSomeCoverage(String deviations, double atLeast, double atMost) {
        List<Double> deviation = costs(deviations);
        Metric metric = new Metric(ALIKE.truth(), (stack, random) -> deviation.get(stack) * random.nextGaussian());
        assertThat(share(experiments -> allCover(experiments.pooled(5, metric)))).isBetween(atLeast, atMost);
        assertThat(share(experiments -> experiments.pairs(5, List.of(metric))
                .entrySet()
                .stream()
                .allMatch(pair -> covers(pair.getValue().interval(1 - Family.ERROR / 3), pair.getKey().truth()))))
                .as("pairwise")
                .isGreaterThan(0.95 - NOISE);
    }

    /** A difference within the margin is no difference; all on the margin is the worst case. */
    @ParameterizedTest
    @CsvSource({"1 1 1", "1 1.05 1.05", "1 1.05 2", "1 1.4 1.4", "1 0.95 1.3", "1 1.03 1.2", "1 1.051 1.104"})
    void aWrongVerdictIsRareAmongThePairs(String costs) {
        Metric metric = new Metric(costs(costs), 0.035);
        assertThat(share(experiments -> experiments.pooled(6, metric)
                .entrySet()
                .stream()
                .noneMatch(pair -> pair.getKey().isMisjudged(pair.getValue().interval(0.95)))))
                .isGreaterThan(0.95 - NOISE);
    }

    /** Two of three pairs were planned, or two of ten. */
    @ParameterizedTest
    @CsvSource({"3, 5", "5, 5", "3, 15"})
    void plannedPairsCoverAtOnce(int stacks, int blocks) {
        List<Double> truth = Collections.nCopies(stacks, 1.0);
        assertThat(share(experiments -> {
            BlockModel model = BlockModel.of(experiments.blocks(blocks, truth, 0.035)).orElseThrow();
            return covers(model.ratio(1, 0, 2).interval(0.95), 1) && covers(model.ratio(2, 0, 2).interval(0.95), 1);
        })).isBetween(0.95 - NOISE, 0.96 + NOISE);
    }

    @ParameterizedTest
    @CsvSource({"3, 5, 0.035", "3, 8, 0.035", "4, 5, 0.05", "3, 15, 0.03"})
    void whatWouldHaveBeenFoundIsFound(int stacks, int blocks, double deviation) {
        double detectable = new PooledRatio(stacks, blocks, stacks * (stacks - 1) / 2, 0, deviation * deviation)
                .detectable(0.95, FIVE_PERCENT);
        List<Double> truth = new ArrayList<>(Collections.nCopies(stacks, 1.0));
        truth.set(1, detectable); // the first pair is that of the second stack and the first
        Metric metric = new Metric(truth, deviation);
        assertThat(share(experiments -> Verdict.of(first(experiments.pooled(blocks, metric)).interval(0.95),
                FIVE_PERCENT) == Verdict.DIFFERENT)).isBetween(0.75, 0.85);
    }

    /** The ratios of docs/METHOD.md, from so many blocks of forks that differ by 3.5 %. */
    @ParameterizedTest
    @CsvSource({"5, 1.14, 1.17, 1.21", "6, 1.13, 1.15, 1.18", "8, 1.12, 1.13, 1.14"})
    void poolingFindsASmallerDifference(int blocks, double pooled, double pairwise, double ofNine) {
        PairedRatio pair = new PairedRatio(blocks, 0, 0.035 * Math.sqrt(2));
        assertThat(new PooledRatio(3, blocks, 3, 0, 0.035 * 0.035).detectable(0.95, FIVE_PERCENT))
                .isCloseTo(pooled, within(0.005));
        assertThat(pair.detectable(1 - Family.ERROR / 3, FIVE_PERCENT)).isCloseTo(pairwise, within(0.005));
        assertThat(pair.detectable(1 - Family.ERROR / 9, FIVE_PERCENT)).isCloseTo(ofNine, within(0.005));
    }
}
