package dev.threeways.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Variance;
import dev.threeways.comparison.result.SampleResults;
import dev.threeways.comparison.scenario.ComparisonPlan;
import dev.threeways.comparison.scenario.Headline;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests what becomes of turns. */
class VariancesTests {

    private static final Result RESULT = SampleResults.steady(10);

    private static Variance cpu(Result result) {
        return result.variances()
                .stream()
                .filter(variance -> variance.metric().equals(Metric.CPU.id()))
                .findFirst()
                .orElseThrow();
    }

    /**
     * In each second some 200 requests, give or take √200, share the same CPU. So a turn of two seconds varies by 1 in
     * 20, and twelve of them by 0.05² / 12. Forks vary by 2 %.
     */
    @Test
    void partsAreThoseOfTheForks() {
        Variance variance = cpu(RESULT);
        assertThat(variance.degreesOfFreedom()).isEqualTo(18);
        assertThat(variance.withinForks()).isCloseTo(0.05 * 0.05 / 12, withinPercentage(30));
        assertThat(variance.residual()).isCloseTo(0.02 * 0.02, withinPercentage(60));
        assertThat(variance.betweenForks()).isCloseTo(Math.max(0, variance.residual() - variance.withinForks()),
                within(1e-12));
        assertThat(variance.shareWithinForks()).isBetween(0.2, 1.0);
    }

    @Test
    void theyAreOfMetricsThatAreKnownForATurn() {
        assertThat(RESULT.variances()).extracting(Variance::metric)
                .containsExactly(Metric.CPU.id(), Metric.P50.id());
    }

    /** The residual is that of intervals: √(2 s² / blocks) is their standard error. */
    @Test
    void theResidualIsWhatIntervalsAreMadeOf() {
        Result.Comparison first = RESULT.comparisons().getFirst();
        double tukey = 3.609; // of three and 18 degrees of freedom, from a printed table
        assertThat(Math.log(first.high() / first.low()) / 2)
                .isCloseTo(tukey * Math.sqrt(cpu(RESULT).residual() / 10), withinPercentage(0.1));
    }

    @Test
    void whereSomethingHappensTurnsAreNotAlike() {
        assertThat(SampleResults.outage(3).variances()).isEmpty();
        assertThat(SampleResults.comparedBy(
                new ComparisonPlan(ComparisonPlan.Variance.POOLED, Headline.CPU, List.of()), SampleResults.outage(3))
                .variances()).isEmpty();
    }

    @Test
    void aVarianceOfEachPairHasNoParts() {
        assertThat(SampleResults.comparedBy(
                new ComparisonPlan(ComparisonPlan.Variance.PAIRWISE, Headline.CPU, List.of()), RESULT).variances())
                .isEmpty();
    }
}
