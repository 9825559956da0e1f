package dev.threeways.comparison.analysis;

import dev.threeways.comparison.scenario.Plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.analysis.Findings.Kind;
import dev.threeways.comparison.analysis.Findings.Statement;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Comparison;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.SampleResults;
import dev.threeways.comparison.scenario.ComparisonPlan;
import dev.threeways.comparison.scenario.ComparisonPlan.Variance;
import dev.threeways.comparison.scenario.Headline;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests which sentences follow from which intervals. */
class FindingsTests {

    private static final Result SIX_BLOCKS = SampleResults.steady(6);

    private static Comparison comparison(String metric, double ratio, double low, double high, String verdict,
            boolean preliminary, double detectable, @Nullable Integer blocks) {
        return new Comparison(metric, "a", "b", List.of(ratio, ratio), ratio, low, high, 0.995, verdict, preliminary,
                detectable, blocks);
    }

    private static Statement only(Comparison comparison) {
        return Findings.of(SampleResults.withComparisons(SIX_BLOCKS, comparison))
                .statements()
                .stream()
                .filter(statement -> statement.kind() != Kind.NOT_COMPARED)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDifferenceIsSaidWithRatioAndInterval() {
        Statement statement = only(comparison("serviceCpuMillis", 0.714, 0.681, 0.742, "different", false, 1.1, null));
        assertThat(statement.kind()).isEqualTo(Kind.DIFFERENT);
        assertThat(statement.text()).isEqualTo("a needs 0.71 × the CPU per OK answer of b (0.68 – 0.74).");
    }

    @Test
    void aDifferenceOfLatencyIsNoNeed() {
        assertThat(only(comparison("latencyP50Millis", 1.4, 1.3, 1.5, "different", false, 1.1, null)).text())
                .isEqualTo("a has 1.40 × the median latency of b (1.30 – 1.50).");
    }

    @Test
    void equivalentNamesTheMargin() {
        Statement statement = only(comparison("latencyP50Millis", 1.002, 0.98, 1.031, "equivalent", false, 1.1, null));
        assertThat(statement.kind()).isEqualTo(Kind.EQUIVALENT);
        assertThat(statement.text()).contains("and b are equivalent in median latency: the ratio is")
                .contains("1.00 (0.98 – 1.03)")
                .contains("within 0.95 – 1.05");
    }

    /** Both capacities were found on the same rung of a ladder whose rungs are 12 % apart. */
    @Test
    void sameRungIsNotTheSameCapacity() {
        Result result = SampleResults.capacity(6);
        assertThat(result.comparisons()).filteredOn(comparison -> comparison.metric().equals(Metric.CAPACITY.id()))
                .isNotEmpty()
                .allSatisfy(comparison -> {
                    assertThat(comparison.ratio()).isEqualTo(1);
                    assertThat(comparison.low()).isEqualTo(1 / Result.Capacity.STEP);
                    assertThat(comparison.high()).isEqualTo(Result.Capacity.STEP);
                });
        assertThat(Findings.of(result).statements()).extracting(Statement::text)
                .anyMatch(text -> text.startsWith("No difference is shown between the highest rate of"));
    }

    @Test
    void whatIsNotShownSaysWhatWouldDecide() {
        Statement statement = only(
                comparison("serviceCpuMillis", 1.2, 0.9, 1.6, "no difference shown", true, 1.83, 14));
        assertThat(statement.kind()).isEqualTo(Kind.NOT_SHOWN);
        assertThat(statement.text())
                .isEqualTo("No difference is shown between the CPU per OK answer of a and of b: the ratio "
                        + "is 1.20 (0.90 – 1.60). From 1.83 on a ratio would have been found, four times of five; some 14 blocks in all "
                        + "would decide, if ratio and spread stayed so. Preliminary: from 2 blocks only.");
        assertThat(only(comparison("serviceCpuMillis", 1.05, 0.9, 1.2, "no difference shown", false, 1.3, null)).text())
                .contains("a thousand blocks would not decide")
                .doesNotContain("reliminary");
    }

    /** "0.95 – 1.05, no difference shown", where the margin is 0.95 – 1.05, would be a riddle. */
    @Test
    void anEndNearTheMarginIsSaidMoreExactly() {
        assertThat(Findings.figures(1.0, 0.9512, 1.0511, 0.05)).isEqualTo("1.000 (0.951 – 1.051)");
        assertThat(Findings.figures(1.2, 1.1, 1.3, 0.05)).isEqualTo("1.20 (1.10 – 1.30)");
        assertThat(Findings.figures(1.0, 0.96, 1.0504, 0.05)).isEqualTo("1.0000 (0.9600 – 1.0504)");
        assertThat(Findings.figures(1.1, 1.0502, 1.15, 0.05)).isEqualTo("1.1000 (1.0502 – 1.1500)");
    }

    /** Two blocks whose ratios differ tenfold would give an end with sixty digits. */
    @Test
    void anEndThatSaysNothingIsShort() {
        assertThat(Findings.figures(3.034, 1e-63, 3e65, 0.05)).isEqualTo("3.03 (less than 0.01 – more than 100)");
        assertThat(Findings.figures(3.034, 0.0101, 99.9, 0.05)).isEqualTo("3.03 (0.01 – 99.90)");
    }

    /** "1.00 (1.00 – 1.00)" is no interval. */
    @Test
    void aNarrowIntervalHasTwoEnds() {
        assertThat(Findings.figures(1.0012, 0.9987, 1.0031, 0.05)).isEqualTo("1.001 (0.999 – 1.003)");
        assertThat(Findings.figures(1.0999, 1.0974, 1.1023, 0.05)).isEqualTo("1.100 (1.097 – 1.102)");
    }

    @Test
    void theMarginIsAsItWasAskedFor() {
        assertThat(Findings.margin(0.05)).isEqualTo("0.95 – 1.05");
        assertThat(Findings.margin(0.1)).isEqualTo("0.90 – 1.10");
        assertThat(Findings.margin(0.025)).isEqualTo("0.975 – 1.025");
    }

    @Test
    void whatIsFoundFromMillionsOnIsNotSaidToTheLastDigit() {
        assertThat(Findings.detectable(1.834)).isEqualTo("1.83");
        assertThat(Findings.detectable(2.6e10)).isEqualTo("more than 100");
    }

    @Test
    void everyHeadlineMetricIsAnsweredOrSaidNotToBe() {
        Findings answer = Findings.of(SIX_BLOCKS);
        assertThat(answer.first()).isEmpty();
        assertThat(answer.statements()).extracting(Statement::metric)
                .containsSubsequence("serviceCpuMillis",
                        "memoryMib",
                        "latencyP50Millis", "latencyP99Millis");
        assertThat(answer.statements()).filteredOn(statement -> statement.kind() == Kind.NOT_COMPARED)
                .extracting(Statement::text)
                .containsExactly("No stacks are compared by their 99th percentile of latency: "
                        + "it takes 10 blocks in which all are valid.");
        assertThat(answer.also()).first()
                .isEqualTo("In brackets: simultaneous intervals, from the variance of all stacks and blocks. A wrong "
                        + "verdict is among the pairs of one metric in at most 5 % of experiments. The scenario decides by CPU per OK "
                        + "answer. Ratios within 0.95 – 1.05 are taken to make no difference.");
        assertThat(Findings.of(SampleResults.steady(10)).statements())
                .noneMatch(statement -> statement.kind() == Kind.NOT_COMPARED)
                .hasSize(12);
    }

    @Test
    void whoseVarianceItIsIsSaid() {
        assertThat(Findings.of(SampleResults.spike(3)).also()).first(InstanceOfAssertFactories.STRING)
                .startsWith("In brackets: intervals of ratios paired by block, from the variance of each pair.")
                .contains("The scenario decides by goodput while disturbed");
        Result old = SampleResults.comparedBy(
                new ComparisonPlan(Variance.PAIRWISE_IN_ONE_FAMILY, Headline.CPU, List.of()), SIX_BLOCKS);
        assertThat(Findings.of(old).also()).containsExactly(
                "In brackets: intervals of ratios paired by block, so wide that a wrong verdict is among all 9 in at most 5 % "
                        + "of experiments. Ratios within 0.95 – 1.05 are taken to make no difference.");
    }

    /** The larger part of the variance decides what is said to help. */
    @Test
    void whetherSecondsOrForksWouldHelpIsSaid() {
        assertThat(Basis.sentence(new Result.Variance("serviceCpuMillis", 0.001, 10, 0.0001, 0.0009)))
                .isEqualTo("Up to 10 % of the variance of CPU per OK answer is within forks: more forks would help, "
                        + "longer windows narrow intervals by at most 5 %.");
        assertThat(Basis.sentence(new Result.Variance("serviceCpuMillis", 0.001, 10, 0.00075, 0.00025)))
                .isEqualTo(
                        "Up to 75 % of the variance of CPU per OK answer is within forks: longer windows would help, "
                                + "and narrow intervals by at most 50 %.");
        assertThat(Findings.of(SIX_BLOCKS).also()).anyMatch(text -> text.contains("% of the variance of CPU per OK"));
        assertThat(Findings.of(SampleResults.spike(3)).also()).noneMatch(text -> text.contains("within forks"));
    }

    /** A figure is zero in one block of six: the other five would flatter the stack. */
    @Test
    void whatIsZeroIsSaidAndInNoRatio() {
        Result spike = SampleResults.spike(6);
        Result nothing = SampleResults.withGoodput(spike, "reactive", 2, 0);
        assertThat(Findings.of(nothing).statements()).filteredOn(statement -> statement.kind() == Kind.NOT_COMPARED)
                .extracting(Statement::text)
                .containsExactly(
                        "2 pairs of stacks are not compared by their goodput while disturbed (answers within the "
                                + "objective): that of reactive in block 2 is 0, and the other blocks alone would flatter it.");
    }

    @Test
    void fewBlocksArePreliminary() {
        assertThat(Findings.of(SampleResults.steady(3)).statements())
                .filteredOn(statement -> statement.kind() != Kind.NOT_COMPARED)
                .isNotEmpty()
                .allMatch(statement -> statement.text().endsWith("Preliminary: from 3 blocks only."));
    }

    @Test
    void aQuickRunGivesNoVerdictAndNoFigures() {
        Findings answer = Findings.of(SampleResults.quick());
        assertThat(answer.first().getFirst()).contains(Plan.QUICK_STAMP).contains("no verdict");
        assertThat(answer.statements()).isEmpty();
        assertThat(answer.also()).isEmpty();
    }

    @Test
    void invalidRunsAndTheEndComeFirst() {
        List<Run> runs = new ArrayList<>(SIX_BLOCKS.runs());
        runs.set(1, SampleResults.invalid(runs.get(1), "A3: several log lines for one request"));
        Result result = SampleResults.failed(SampleResults.withRuns(SIX_BLOCKS, runs), "the service died");
        assertThat(Findings.of(result).first()).containsExactly("The comparison ended early: the service died",
                "The run of reactive in block 1 is invalid and in no figure: A3: several log lines for one request");
    }

    /** The highest rate counts, whatever the other steps are: 200 requests/s, and 1,000 for some seconds. */
    @Test
    void whatTheGeneratorCanHardlyGiveComesFirst() {
        assertThat(Findings.of(SampleResults.withCeiling(SIX_BLOCKS, 245)).first()).containsExactly(
                "The load was up to 200 requests/s, and the generator has 245 to give on this machine: the highest rates "
                        + "are partly its own.");
        assertThat(Findings.of(SampleResults.withCeiling(SIX_BLOCKS, 255)).first()).isEmpty();
        assertThat(Findings.of(SampleResults.withCeiling(SampleResults.spike(3), 1_200)).first())
                .anyMatch(text -> text.startsWith("The load was up to 1000 requests/s, and the generator has 1200"));
    }

    /**
     * Figures include forks that were not warm, or whose generator or machine was busy otherwise: that is said before
     * them.
     */
    @Test
    void whatWasNotSteadyComesFirst() {
        Result result = SampleResults.withRuns(SIX_BLOCKS, SIX_BLOCKS.runs()
                .stream()
                .map(run -> run.stack().equals("reactive") && run.block() < 3
                        ? SampleResults.disturbed(run, run.block() == 1)
                        : run)
                .toList());
        assertThat(Findings.of(result).first())
                .containsExactly("reactive: the warm-up was cut off in 1 of 6 forks; the JIT "
                        + "compiler still used up to 12 % of the CPU measured, more than 10 % in 2 of 6 forks; the generator was late "
                        + "in 2 of 150 s, and what was due in them is in no latency; the machine's host took up to 8 % of its CPU "
                        + "time in a fork.");
    }

    @Test
    void failuresComeFirstAndRecoveryIsTold() {
        Findings answer = Findings.of(SampleResults.outage(3));
        assertThat(answer.first()).hasSize(3).allMatch(text -> text.contains("were not answered as they should be"));
        assertThat(answer.first().getFirst()).matches("blocking: \\d+ of \\d+ requests were not answered .*timeout.*");
        assertThat(answer.also()).contains("blocking was as before again after 1 – 2 s (3 of 3 forks).")
                .anyMatch(text -> text.startsWith("virtual-thread was as before again after")
                        && text.contains("1 of 3 forks were not until the end of the window"));
        assertThat(Findings.of(SIX_BLOCKS).also()).noneMatch(text -> text.contains("as before"));
        assertThat(Findings.of(SampleResults.coldStart(3)).also()).noneMatch(text -> text.contains("as before"))
                .anyMatch(text -> text.matches("blocking was (not )?as fast as at the end.*"));
    }

    /** Nothing is said that an interval does not support, whatever the figures are. */
    @Test
    void nobodyIsNamedBetterWithinTheNoise() {
        for (String verdict : List.of("equivalent", "no difference shown")) {
            String text = only(comparison("serviceCpuMillis", 0.9, 0.7, 1.2, verdict, false, 1.2, 9)).text();
            assertThat(text).doesNotContainPattern("needs|better|faster|wins|less|more than b");
        }
    }
}
