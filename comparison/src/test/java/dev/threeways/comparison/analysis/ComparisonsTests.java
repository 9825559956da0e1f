package dev.threeways.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Comparison;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.SampleResults;
import dev.threeways.comparison.scenario.ComparisonPlan;
import dev.threeways.comparison.scenario.ComparisonPlan.Pair;
import dev.threeways.comparison.scenario.ComparisonPlan.Variance;
import dev.threeways.comparison.scenario.Headline;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Tests which runs and which confidence make a comparison. */
class ComparisonsTests {

    private static final Result POOLED = SampleResults.steady(6);

    private static final Result PAIRWISE = SampleResults.comparedBy(plan(Variance.PAIRWISE), POOLED);

    private static ComparisonPlan plan(Variance variance, Pair... pairs) {
        return new ComparisonPlan(variance, Headline.CPU, List.of(pairs));
    }

    private static List<Comparison> of(Metric metric, Result result) {
        return result.comparisons().stream().filter(comparison -> comparison.metric().equals(metric.id())).toList();
    }

    /** Returns the ratio of an interval's ends. */
    private static double width(Comparison comparison) {
        return comparison.high() / comparison.low();
    }

    private static Result invalid(Result result, Predicate<Run> which) {
        return SampleResults.withRuns(result, result.runs()
                .stream()
                .map(run -> which.test(run) ? SampleResults.invalid(run, "died") : run)
                .toList());
    }

    @Test
    void aPooledVarianceMakesAllIntervalsOfAMetricEquallyWide() {
        List<Comparison> cpu = of(Metric.CPU, POOLED);
        assertThat(cpu).hasSize(3).allSatisfy(comparison -> {
            assertThat(width(comparison)).isCloseTo(width(cpu.getFirst()), within(1e-9));
            assertThat(comparison.confidence()).isEqualTo(0.95);
            assertThat(comparison.blockRatios()).hasSize(6);
        });
        assertThat(of(Metric.CPU, PAIRWISE).stream().map(comparison -> Math.round(1e6 * width(comparison))).distinct())
                .hasSize(3);
    }

    @Test
    void bothEstimateTheSameRatio() {
        for (int pair = 0; pair < 3; pair++) {
            assertThat(of(Metric.CPU, PAIRWISE).get(pair).ratio())
                    .isCloseTo(of(Metric.CPU, POOLED).get(pair).ratio(), within(1e-9));
        }
    }

    /** Holm's first confidence is that of three comparisons; in an old result, that of all nine. */
    @Test
    void eachMetricIsAFamilyOfItsOwn() {
        assertThat(of(Metric.P50, PAIRWISE)).extracting(Comparison::confidence).contains(1 - 0.05 / 3);
        Result old = SampleResults.comparedBy(plan(Variance.PAIRWISE_IN_ONE_FAMILY), POOLED);
        assertThat(old.comparisons()).extracting(Comparison::confidence).contains(1 - 0.05 / 9);
        assertThat(PAIRWISE.comparisons()).extracting(Comparison::confidence).doesNotContain(1 - 0.05 / 9);
    }

    @Test
    void aBlockWithAnInvalidRunIsInNoPooledComparison() {
        Predicate<Run> one = run -> run.stack().equals("reactive") && run.block() == 2;
        assertThat(of(Metric.CPU, invalid(POOLED, one))).extracting(comparison -> comparison.blockRatios().size())
                .containsExactly(5, 5, 5);
        assertThat(of(Metric.CPU, invalid(PAIRWISE, one))).extracting(comparison -> comparison.blockRatios().size())
                .as("pairs with reactive, and the other")
                .containsExactly(5, 6, 5);
    }

    /** A stack that is never valid would leave no block to the others. */
    @Test
    void aStackWithoutRunsLeavesTheOthersTheirBlocks() {
        List<Comparison> cpu = of(Metric.CPU,
                invalid(POOLED, run -> run.stack().equals("reactive") && run.block() > 1));
        assertThat(cpu).singleElement().satisfies(comparison -> {
            assertThat(comparison.stack()).isEqualTo("virtual-thread");
            assertThat(comparison.comparedWith()).isEqualTo("blocking");
            assertThat(comparison.blockRatios()).hasSize(6);
        });
    }

    @Test
    void aStackThatIsZeroInSomeBlockIsInNoPooledRatio() {
        Result spike = SampleResults.comparedBy(new ComparisonPlan(Variance.POOLED, Headline.GOODPUT, List.of()),
                SampleResults.withGoodput(SampleResults.spike(6), "reactive", 2, 0));
        assertThat(of(Metric.GOODPUT, spike)).singleElement()
                .extracting(Comparison::comparedWith, comparison -> comparison.blockRatios().size())
                .containsExactly("blocking", 6);
        assertThat(of(Metric.CPU, spike)).hasSize(3);
    }

    @Test
    void onlyPlannedPairsAreComparedAndMoreNarrowly() {
        Result planned = SampleResults.comparedBy(plan(Variance.POOLED, new Pair("blocking", "reactive")), POOLED);
        assertThat(of(Metric.CPU, planned)).singleElement().satisfies(comparison -> {
            assertThat(comparison.stack()).isEqualTo("blocking");
            assertThat(comparison.comparedWith()).isEqualTo("reactive");
            assertThat(comparison.ratio()).isCloseTo(1 / of(Metric.CPU, POOLED).getFirst().ratio(), within(1e-9));
            assertThat(width(comparison)).isLessThan(width(of(Metric.CPU, POOLED).getFirst()));
        });
        assertThat(Findings.of(planned).statements()).filteredOn(s -> s.metric().equals(Metric.CPU.id())).hasSize(1);
    }

    /** Stacks that the plan does not compare may differ. */
    @Test
    void whatIsNotComparedByPlanIsOpen() {
        Result planned = SampleResults.comparedBy(
                plan(Variance.POOLED, new Pair("reactive", "blocking"), new Pair("reactive", "virtual-thread")),
                POOLED);
        assertThat(Choice.of(planned).getFirst()).contains(
                "choose among blocking and virtual-thread, between which this does not decide, because reactive needs");
    }

    @Test
    void theDecidingMetricIsFirst() {
        Result byMedian = SampleResults.comparedBy(new ComparisonPlan(Variance.POOLED, Headline.P50, List.of()),
                POOLED);
        assertThat(byMedian.headlines()).startsWith(Metric.P50.id(), Metric.CPU.id());
        assertThat(Findings.of(byMedian).statements().getFirst().metric()).isEqualTo(Metric.P50.id());
    }

    /** Forks differ by 2 %: intervals of 12 blocks are within 3 % or so of their middle. */
    @Test
    void widthAloneSaysWhetherItIsPrecise() {
        Result twelve = SampleResults.steady(12);
        assertThat(Analysis.isPrecise(SampleResults.withPrecision(twelve, 0.05), 0.05)).isTrue();
        assertThat(Analysis.isPrecise(SampleResults.withPrecision(twelve, 0.005), 0.005)).isFalse();
        assertThat(Analysis.isPrecise(invalid(twelve, run -> run.stack().equals("reactive")), 0.05))
                .as("not all are compared")
                .isFalse();
    }
}
