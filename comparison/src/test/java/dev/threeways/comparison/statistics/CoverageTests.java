package dev.threeways.comparison.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.statistics.Family.Judgement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the intervals and verdicts claim, checked on thousands of experiments whose truth is known. A share of n experiments
 * has a standard error of at most 0.5 / sqrt(n): bounds are three of them away.
 */
class CoverageTests {

    private static final int EXPERIMENTS = 2_000;

    /** Three standard errors of a share near 95 %. */
    private static final double NOISE = 3 * Math.sqrt(0.95 * 0.05 / EXPERIMENTS);

    private static final Margin FIVE_PERCENT = Margin.of(0.05);

    private static double share(Predicate<SimulatedExperiments> holds) {
        SimulatedExperiments experiments = new SimulatedExperiments(20261122);
        int held = 0;
        for (int i = 0; i < EXPERIMENTS; i++) {
            held += holds.test(experiments) ? 1 : 0;
        }
        return (double) held / EXPERIMENTS;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 6, 10, 15})
    void intervalCoversWhatItSays(int blocks) {
        double covered = share(experiments -> {
            List<List<Double>> stacks = experiments.blocks(blocks, List.of(1.0, 1.3), 0.06);
            return SimulatedExperiments.covers(
                    PairedRatio.of(stacks.get(1), stacks.get(0)).orElseThrow().interval(0.95),
                    1.3);
        });
        assertThat(covered).isBetween(0.95 - NOISE, 0.95 + NOISE);
    }

    /**
     * Two experiments, each with blocks of its own, unequally many and of unequal spread. Slow minutes are then in the
     * spread of each, since nothing takes them out.
     */
    @ParameterizedTest
    @CsvSource({"3, 3, 0.06, 0.06", "5, 5, 0.06, 0.3", "5, 15, 0.3, 0.06", "10, 10, 0.06, 0.06", "4, 12, 0.06, 0.06"})
    void unpairedIntervalCoversWhatItSays(int forks, int otherForks, double deviation, double otherDeviation) {
        double covered = share(experiments -> SimulatedExperiments.covers(
                UnpairedRatio.of(experiments.blocks(forks, List.of(1.3), deviation).getFirst(),
                        experiments.blocks(otherForks, List.of(1.0), otherDeviation).getFirst()).orElseThrow()
                        .interval(0.95),
                1.3));
        assertThat(covered).isBetween(0.95 - 1.5 * NOISE, 0.95 + 2 * NOISE);
    }

    /** Nothing was changed: nothing may be said to be worse, in the whole family of stacks. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5, 10})
    void experimentsThatDoNotDifferAreRarelyToldApart(int forks) {
        List<Double> truth = List.of(1.0, 1.3, 2.0);
        double right = share(experiments -> {
            List<List<Double>> before = experiments.blocks(forks, truth, 0.05);
            List<List<Double>> after = experiments.blocks(forks, truth, 0.05);
            return Family.ofFixedSize(FIVE_PERCENT)
                    .judge(IntStream.range(0, truth.size()).boxed().collect(Collectors.toMap(stack -> stack,
                            stack -> UnpairedRatio.of(after.get(stack), before.get(stack)).orElseThrow())))
                    .values().stream().noneMatch(judgement -> judgement.verdict() == Verdict.DIFFERENT);
        });
        assertThat(right).isGreaterThan(0.95 - NOISE);
    }

    /** Why it is not done so: at 3 to 6 forks its "95 %" are 74 to 87 %. */
    @ParameterizedTest
    @CsvSource({"3, 0.70, 0.79", "4, 0.78, 0.84", "5, 0.80, 0.87", "6, 0.83, 0.89"})
    void percentileBootstrapWouldNot(int blocks, double atLeast, double atMost) {
        Random resampling = new Random(7);
        double covered = share(experiments -> {
            List<List<Double>> stacks = experiments.blocks(blocks, List.of(1.0, 1.3), 0.06);
            double[] logs = new double[blocks];
            Arrays.setAll(logs, block -> Math.log(stacks.get(1).get(block) / stacks.get(0).get(block)));
            double[] means = new double[400];
            Arrays.setAll(means,
                    _ -> resampling.ints(blocks, 0, blocks).mapToDouble(i -> logs[i]).average().orElseThrow());
            Arrays.sort(means);
            return means[10] <= Math.log(1.3) && Math.log(1.3) <= means[389];
        });
        assertThat(covered).isBetween(atLeast, atMost);
    }

    /** "a b c" are what the stacks cost. A difference within the margin is no difference. */
    @ParameterizedTest
    @ValueSource(strings = {"1 1 1", "1 1.05 1.05", "1 1.05 2", "1 1 1.4", "1 2 4", "1 0.95 1.3", "1 1.03 1.2"})
    void aWrongVerdictIsRareInTheWholeFamily(String costs) {
        List<Double> truth = Arrays.stream(costs.split(" ")).map(Double::valueOf).toList();
        double right = share(experiments -> Family.ofFixedSize(FIVE_PERCENT)
                .judge(SimulatedExperiments.pairs(experiments.blocks(6, truth, 0.03))).entrySet().stream()
                .noneMatch(judged -> isWrong(judged, truth)));
        assertThat(right).isGreaterThan(0.95 - NOISE);
    }

    private static boolean isWrong(Map.Entry<String, Judgement> judged, List<Double> truth) {
        double ratio = SimulatedExperiments.truth(judged.getKey(), truth);
        boolean matters = FIVE_PERCENT.logBeyond(Math.log(ratio)) > 1e-12;
        Interval interval = judged.getValue().interval();
        return switch (judged.getValue().verdict()) {
            case DIFFERENT -> !matters || ratio > 1 != interval.low() > 1;
            case EQUIVALENT -> matters;
            case NO_DIFFERENCE_SHOWN -> false;
        };
    }

    /** Each interval that is quoted holds, also those that Holm's procedure made narrower. */
    @ParameterizedTest
    @ValueSource(strings = {"1 1 1", "1 1.4 1.4", "1 2 4"})
    void everyIntervalOfAFamilyCoversAtLeastWhatASingleOneWould(String costs) {
        List<Double> truth = Arrays.stream(costs.split(" ")).map(Double::valueOf).toList();
        for (String pair : List.of("1/0", "2/0", "2/1")) {
            double covered = share(experiments -> {
                Judgement judgement = Family.ofFixedSize(FIVE_PERCENT)
                        .judge(SimulatedExperiments.pairs(experiments.blocks(6, truth, 0.05))).get(pair);
                return judgement != null && SimulatedExperiments.covers(judgement.interval(),
                        SimulatedExperiments.truth(pair, truth));
            });
            assertThat(covered).as(pair).isGreaterThan(0.95 - NOISE);
        }
    }

    /** A ladder whose rungs are 12 % apart tells of each figure only the rung below it. */
    @ParameterizedTest
    @CsvSource({"1.05, 0.001", "1.1, 0.001", "1.1, 0.03", "1.3, 0.001", "1.3, 0.03"})
    void coarseFiguresAreNotTakenForExactOnes(double truth, double deviation) {
        double covered = share(experiments -> SimulatedExperiments.covers(
                new CoarseRatio(onTheRungBelow(experiments, truth, deviation), 1.12).interval(0.95), truth));
        assertThat(covered).isGreaterThan(0.95 - NOISE);
    }

    /** Why the step is in the interval: two that are a tenth apart stand on the same rung in every block. */
    @Test
    void withoutTheStepTheyWouldBeCalledEquivalent() {
        double equivalent = share(experiments -> Verdict
                .of(onTheRungBelow(experiments, 1.1, 0.001).interval(0.95), FIVE_PERCENT) == Verdict.EQUIVALENT);
        assertThat(equivalent).isGreaterThan(0.95);
    }

    /** Six blocks in which nothing but the stacks' own spread moves a figure, so that steps are not averaged out. */
    private static PairedRatio onTheRungBelow(SimulatedExperiments experiments, double truth, double deviation) {
        List<List<Double>> stacks = experiments.blocksOfAQuietMachine(6, List.of(1.005, 1.005 * truth), deviation)
                .stream()
                .map(figures -> figures.stream()
                        .map(figure -> Math.pow(1.12, Math.floor(Math.log(figure) / Math.log(1.12)))).toList())
                .toList();
        return PairedRatio.of(stacks.get(1), stacks.get(0)).orElseThrow();
    }

    /** Two ratios of the same stacks: what is said to have been found is found four times of five. */
    @ParameterizedTest
    @CsvSource({"5, 0.05", "10, 0.08", "15, 0.03"})
    void whatWouldHaveBeenFoundIsFound(int blocks, double deviation) {
        double logDeviation = deviation * Math.sqrt(2);
        double detectable = new PairedRatio(blocks, 0, logDeviation).detectable(0.95, FIVE_PERCENT);
        double found = share(experiments -> {
            List<List<Double>> stacks = experiments.blocks(blocks, List.of(1.0, detectable), deviation);
            return isDifferent(stacks);
        });
        assertThat(found).isBetween(0.75, 0.85);
    }

    /** A tenth more CPU per request is beyond what does not matter, and fifteen blocks of 3 % noise each find it. */
    @ParameterizedTest
    @CsvSource({"0.015, 0.90", "0.03, 0.60"})
    void aTenthMoreIsFoundInFifteenBlocks(double deviation, double power) {
        double found = share(experiments -> isDifferent(experiments.blocks(15, List.of(1.0, 1.1), deviation)));
        assertThat(found).isGreaterThan(power);
    }

    private static boolean isDifferent(List<List<Double>> twoStacks) {
        return Family.ofFixedSize(FIVE_PERCENT).judge(SimulatedExperiments.pairs(twoStacks)).values().stream()
                .allMatch(judgement -> judgement.verdict() == Verdict.DIFFERENT);
    }
}
