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
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks what intervals and verdicts claim, on thousands of experiments whose truth is known. Most bounds are three
 * standard errors away: sqrt(p (1 - p) / n) for a share p of n experiments.
 */
class CoverageTests {

    /** Number of experiments with a family on the margin, where it takes long to tell how many blocks would decide. */
    private static final int FEWER = 250;

    /** Factor from a rung of the ladder to the next. */
    private static final double STEP = 1.12;

    private static Map<Pair, Judgement> judge(Map<Pair, PairedRatio> comparisons) {
        return Family.ofFixedSize(FIVE_PERCENT).judge(comparisons);
    }

    private static boolean any(Verdict verdict, Map<Pair, PairedRatio> comparisons) {
        return judge(comparisons).values().stream().anyMatch(judgement -> judgement.verdict() == verdict);
    }

    private static boolean isDifferent(LogRatio ratio) {
        return Verdict.of(ratio.interval(0.95), FIVE_PERCENT) == Verdict.DIFFERENT;
    }

    private static List<Double> costs(String costs) {
        return Arrays.stream(costs.split(" ")).map(Double::valueOf).toList();
    }

    /** Compares each cost with 1, and with nothing else: the comparisons are independent. */
    private static List<Metric> comparedWithOne(List<Double> costs, double deviation) {
        return costs.stream().map(cost -> new Metric(List.of(1.0, cost), deviation)).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 6, 10, 15})
    void intervalCoversWhatItSays(int blocks) {
        double covered = share(experiments -> {
            List<List<Double>> stacks = experiments.blocks(blocks, List.of(1.0, 1.3), 0.06);
            return covers(PairedRatio.of(stacks.get(1), stacks.get(0)).orElseThrow().interval(0.95), 1.3);
        });
        assertThat(covered).isBetween(0.95 - NOISE, 0.95 + NOISE);
    }

    /**
     * Two experiments have blocks of their own, unequally many and of unequal spread. Slow minutes are then in the
     * spread of each, since nothing takes them out.
     */
    @ParameterizedTest
    @CsvSource({"3, 3, 0.06, 0.06", "5, 5, 0.06, 0.3", "5, 15, 0.3, 0.06", "10, 10, 0.06, 0.06", "4, 12, 0.06, 0.06"})
    void unpairedIntervalCoversWhatItSays(int forks, int otherForks, double deviation, double otherDeviation) {
        double covered = share(experiments -> covers(
                UnpairedRatio.of(experiments.blocks(forks, List.of(1.3), deviation).getFirst(),
                        experiments.blocks(otherForks, List.of(1.0), otherDeviation).getFirst())
                        .orElseThrow()
                        .interval(0.95),
                1.3));
        assertThat(covered).isBetween(0.95 - 1.5 * NOISE, 0.95 + 2 * NOISE);
    }

    /** Without a change, nothing may be said to be worse in the whole family of stacks. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5, 10})
    void experimentsThatDoNotDifferAreRarelyToldApart(int forks) {
        List<Double> truth = List.of(1.0, 1.3, 2.0);
        double right = share(experiments -> {
            List<List<Double>> before = experiments.blocks(forks, truth, 0.05);
            List<List<Double>> after = experiments.blocks(forks, truth, 0.05);
            return Family.ofFixedSize(FIVE_PERCENT)
                    .judge(IntStream.range(0, truth.size())
                            .boxed()
                            .collect(Collectors.toMap(stack -> stack,
                                    stack -> UnpairedRatio.of(after.get(stack), before.get(stack)).orElseThrow())))
                    .values()
                    .stream()
                    .noneMatch(judgement -> judgement.verdict() == Verdict.DIFFERENT);
        });
        assertThat(right).isGreaterThan(0.95 - NOISE);
    }

    /** The bootstrap is not used because at 3 to 6 forks its "95 %" are 74 to 87 %. */
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

    /** "a b c" are the stacks' costs. A difference within the margin is no difference. */
    @ParameterizedTest
    @ValueSource(strings = {"1 1 1", "1 1.05 1.05", "1 1.05 2", "1 1 1.4", "1 2 4", "1 0.95 1.3", "1 1.03 1.2"})
    void aWrongVerdictIsRareInTheWholeFamily(String costs) {
        List<Metric> metric = List.of(new Metric(costs(costs), 0.03));
        double right = share(experiments -> judge(experiments.pairs(6, metric)).entrySet()
                .stream()
                .noneMatch(judged -> judged.getKey().isMisjudged(judged.getValue())));
        assertThat(right).isGreaterThan(0.95 - NOISE);
    }

    /**
     * All twelve are on the margin, where an interval of 95 % is beyond it in 2.5 % of experiments. Were none wider,
     * one of the twelve would be beyond it in 1 - 0.975^12 of them.
     */
    @Test
    void twelveComparisonsMisleadNoMoreOftenThanOne() {
        List<Metric> twelve = comparedWithOne(Collections.nCopies(12, 1.05), 0.03);
        assertThat(share(FEWER, experiments -> any(Verdict.DIFFERENT, experiments.pairs(5, twelve)))).isLessThan(0.05);
        assertThat(share(experiments -> experiments.pairs(5, twelve)
                .values()
                .stream()
                .anyMatch(CoverageTests::isDifferent))).as("without correction").isBetween(0.23, 0.295);
    }

    /** All are just outside the margin, or all but one far outside, which leaves the whole error to that one. */
    @ParameterizedTest
    @CsvSource({"5, 1.051 0.949 1.051", "15, 1.051 0.949 1.051", "5, 1.051 1.4 2", "15, 1.051 1.4 2"})
    void whatMattersIsRarelyCalledEquivalentInTheWholeFamily(int blocks, String costs) {
        List<Metric> metrics = comparedWithOne(costs(costs), 0.01);
        assertThat(share(FEWER, experiments -> any(Verdict.EQUIVALENT, experiments.pairs(blocks, metrics))))
                .isLessThan(0.05);
        assertThat(share(experiments -> experiments.pairs(blocks, metrics)
                .values()
                .stream()
                .anyMatch(ratio -> FIVE_PERCENT.logBeyond(ratio.logMean()) <= 0))).as("by the estimate alone")
                .isGreaterThan(0.3);
    }

    /** Each quoted interval holds, also those that Holm's procedure made narrower. */
    @ParameterizedTest
    @ValueSource(strings = {"1 1 1", "1 1.4 1.4", "1 2 4"})
    void everyIntervalOfAFamilyCoversAtLeastWhatASingleOneWould(String costs) {
        List<Metric> metric = List.of(new Metric(costs(costs), 0.05));
        Map<Pair, Integer> covered = new HashMap<>();
        SimulatedExperiments experiments = new SimulatedExperiments(20261122);
        for (int i = 0; i < EXPERIMENTS; i++) {
            judge(experiments.pairs(6, metric)).forEach((pair, judgement) -> covered.merge(pair,
                    covers(judgement.interval(), pair.truth()) ? 1 : 0, Integer::sum));
        }
        assertThat(covered).hasSize(3)
                .allSatisfy(
                        (_, times) -> assertThat((double) times / EXPERIMENTS).isGreaterThan(0.95 - NOISE));
    }

    /** A ladder whose rungs are 12 % apart shows only the rung below each figure. */
    @ParameterizedTest
    @CsvSource({"1.05, 0.001", "1.1, 0.001", "1.1, 0.03", "1.3, 0.001", "1.3, 0.03"})
    void coarseFiguresAreNotTakenForExactOnes(double truth, double deviation) {
        double covered = share(experiments -> covers(
                new CoarseRatio(onTheRungBelow(experiments, 6, 1.005, truth, deviation), STEP).interval(0.95), truth));
        assertThat(covered).isGreaterThan(0.95 - NOISE);
    }

    /** The step is in the interval because two figures a tenth apart stand on the same rung in every block. */
    @Test
    void withoutTheStepTheyWouldBeCalledEquivalent() {
        double equivalent = share(experiments -> Verdict
                .of(onTheRungBelow(experiments, 6, 1.005, 1.1, 0.001).interval(0.95),
                        FIVE_PERCENT) == Verdict.EQUIVALENT);
        assertThat(equivalent).isGreaterThan(0.95);
    }

    /**
     * Simulates blocks in which only the stacks' own spread moves a figure, so that steps are not averaged out.
     *
     * @param figure of the first stack, where a rung is at 1
     * @param truth the second stack's figure ÷ the first's
     */
    private static PairedRatio onTheRungBelow(SimulatedExperiments experiments, int blocks, double figure, double truth,
            double deviation) {
        List<List<Double>> stacks = experiments
                .blocksOfAQuietMachine(blocks, List.of(figure, figure * truth), deviation)
                .stream()
                .map(exact -> exact.stream()
                        .map(each -> Math.pow(STEP, Math.floor(Math.log(each) / Math.log(STEP))))
                        .toList())
                .toList();
        return PairedRatio.of(stacks.get(1), stacks.get(0)).orElseThrow();
    }

    /** Two ratios of the same stacks: a detectable one is found four times out of five. */
    @ParameterizedTest
    @CsvSource({"5, 0.05", "10, 0.08", "15, 0.03"})
    void whatWouldHaveBeenFoundIsFound(int blocks, double deviation) {
        double detectable = new PairedRatio(blocks, 0, deviation * Math.sqrt(2)).detectable(0.95, FIVE_PERCENT);
        assertThat(found(blocks, detectable, deviation)).isBetween(0.75, 0.85);
    }

    /**
     * A tenth more CPU per request is found in fifteen blocks: at least nine times of ten with 1.5 % noise, and six
     * with 3 %.
     */
    @ParameterizedTest
    @CsvSource({"0.015, 0.90", "0.03, 0.60"})
    void aTenthMoreIsFoundInFifteenBlocks(double deviation, double power) {
        assertThat(found(15, 1.1, deviation)).isGreaterThan(power);
    }

    private static double found(int blocks, double truth, double deviation) {
        List<Metric> metric = comparedWithOne(List.of(truth), deviation);
        return share(experiments -> any(Verdict.DIFFERENT, experiments.pairs(blocks, metric)));
    }

    /** Two experiments may differ in forks and in spread. */
    @ParameterizedTest
    @CsvSource({"5, 5, 0.03, 0.03", "4, 12, 0.05, 0.05", "5, 10, 0.02, 0.06", "10, 5, 0.02, 0.06",
            "15, 15, 0.05, 0.05"})
    void whatWouldHaveBeenFoundBetweenExperimentsIsFound(int forks, int otherForks, double deviation,
            double otherDeviation) {
        double detectable = new UnpairedRatio(forks, otherForks, 0, deviation * deviation,
                otherDeviation * otherDeviation).detectable(0.95, FIVE_PERCENT);
        double found = share(experiments -> isDifferent(UnpairedRatio.of(
                experiments.blocksOfAQuietMachine(forks, List.of(detectable), deviation).getFirst(),
                experiments.blocksOfAQuietMachine(otherForks, List.of(1.0), otherDeviation).getFirst())
                .orElseThrow()));
        assertThat(found).isBetween(0.75, 0.85);
    }

    /**
     * The rungs may be anywhere. A detectable ratio has a step for what is unknown, and another for a figure read a
     * step low. With the first alone it would be found less than four times out of five.
     */
    @ParameterizedTest
    @CsvSource({"3, 0.001", "5, 0.001", "5, 0.03", "15, 0.03"})
    void whatWouldHaveBeenFoundOnALadderIsFound(int blocks, double deviation) {
        double detectable = new CoarseRatio(new PairedRatio(blocks, 0, deviation * Math.sqrt(2)), STEP)
                .detectable(0.95, FIVE_PERCENT);
        assertThat(foundOnALadder(blocks, detectable, deviation)).isGreaterThan(0.8);
        assertThat(foundOnALadder(blocks, detectable / STEP, deviation)).as("a step less").isLessThan(0.8);
    }

    private static double foundOnALadder(int blocks, double truth, double deviation) {
        Random rungs = new Random(7);
        return share(experiments -> isDifferent(new CoarseRatio(
                onTheRungBelow(experiments, blocks, Math.pow(STEP, rungs.nextDouble()), truth, deviation), STEP)));
    }
}
