package dev.threeways.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.threeways.comparison.analysis.Difference.Change;
import dev.threeways.comparison.analysis.Difference.Row;
import dev.threeways.comparison.cli.Diff;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.SampleResults;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.statistics.Family.Judgement;
import dev.threeways.lab.statistics.UnpairedRatio;
import dev.threeways.lab.statistics.Verdict;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Compares two results of one design. */
class DifferenceTests {

    private static final double FIVE_PERCENT = 0.05;

    private static final Result BEFORE = SampleResults.steady(8);

    private static List<Change> cpu(Difference difference) {
        return difference.rows().stream().filter(row -> row.metric().equals(Metric.CPU)).map(Row::change).toList();
    }

    @Test
    void nothingIsWorseThanItself() {
        Difference difference = Difference.between(BEFORE, BEFORE, FIVE_PERCENT);
        assertThat(difference.hasRegression()).isFalse();
        assertThat(difference.rows()).hasSize(9)
                .noneMatch(row -> row.metric().equals(Metric.P99))
                .allMatch(row -> row.change() == Change.EQUIVALENT || row.change() == Change.NOT_SHOWN);
        assertThat(difference.notes())
                .containsExactly("No latency p99, ms of blocking, reactive, virtual-thread: it takes 10 forks of each");
    }

    @Test
    void whatNeedsTwiceTheCpuIsWorseAndHalfIsBetter() {
        Result after = SampleResults.steady(6, 2, 7);
        assertThat(cpu(Difference.between(BEFORE, after, FIVE_PERCENT))).hasSize(3).containsOnly(Change.WORSE);
        assertThat(Difference.between(BEFORE, after, FIVE_PERCENT).hasRegression()).isTrue();
        assertThat(cpu(Difference.between(after, BEFORE, FIVE_PERCENT))).containsOnly(Change.BETTER);
        assertThat(Difference.between(after, BEFORE, FIVE_PERCENT).hasRegression()).isFalse();
    }

    @Test
    void tenForksCompareTheTail() {
        assertThat(Difference.between(SampleResults.steady(10), SampleResults.steady(10, 1, 9), FIVE_PERCENT).rows())
                .hasSize(12);
    }

    @Test
    void whatIsNotOfOneDesignIsRefusedAndSaysWhy() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Difference.between(BEFORE, SampleResults.outage(3), FIVE_PERCENT))
                .withMessageContaining("scenario baseline in A, payment-outage in B")
                .withMessageContaining("requests a second 200 in A, 100 in B");
    }

    @Test
    void aQuickRunIsRefused() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Difference.between(BEFORE, SampleResults.quick(), FIVE_PERCENT))
                .withMessageContaining("B was a quick run");
    }

    @Test
    void oneForkIsTooFew() {
        Result one = SampleResults.steady(1);
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> Difference.between(BEFORE, one, FIVE_PERCENT))
                .withMessage("B has 1 valid fork of 'blocking', and an interval takes 2");
        Result oneValid = withInvalid(SampleResults.steady(2), "blocking", 1);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Difference.between(oneValid, BEFORE, FIVE_PERCENT))
                .withMessage("A has 1 valid fork of 'blocking', and an interval takes 2");
    }

    /** Makes the first forks of a stack invalid, so that they are in no figure. */
    private static Result withInvalid(Result result, String stack, int forks) {
        return SampleResults.withRuns(result, result.runs()
                .stream()
                .map(run -> run.stack().equals(stack) && run.block() <= forks
                        ? SampleResults.invalid(run, "service died under load with exit code 137\nits log")
                        : run)
                .toList());
    }

    @Test
    void invalidForksThatWereNotThereAreARegression() {
        Result dying = withInvalid(BEFORE, "reactive", 3);
        Difference difference = Difference.between(BEFORE, dying, FIVE_PERCENT);
        assertThat(difference.hasRegression()).isTrue();
        assertThat(difference.worse()).containsExactly("reactive: 3 of 8 forks of B are invalid, and none of A: "
                + "service died under load with exit code 137");
        assertThat(difference.rows()).filteredOn(row -> row.stack().equals("reactive"))
                .hasSize(3)
                .allMatch(row -> row.otherForks() == 5);
        assertThat(Difference.between(BEFORE, withInvalid(BEFORE, "reactive", 1), FIVE_PERCENT).worse())
                .singleElement()
                .asString()
                .startsWith("reactive: 1 of 8 forks of B is invalid, and none of A");
        assertThat(Difference.between(dying, dying, FIVE_PERCENT).hasRegression()).isFalse();
        assertThat(Difference.between(dying, BEFORE, FIVE_PERCENT).hasRegression()).isFalse();
    }

    @Test
    void soManyInvalidForksThatNoIntervalIsLeftAreARegression() {
        Result dead = withInvalid(BEFORE, "reactive", 7);
        Difference difference = Difference.between(BEFORE, dead, FIVE_PERCENT);
        assertThat(difference.worse()).singleElement()
                .asString()
                .startsWith("reactive: 7 of 8 forks of B are invalid, and none of A");
        assertThat(difference.rows()).extracting(Row::stack).containsOnly("blocking", "virtual-thread");
        assertThat(Difference.between(withInvalid(BEFORE, "reactive", 1), dead, FIVE_PERCENT).worse())
                .as("whatever A has")
                .singleElement()
                .asString()
                .startsWith("reactive: 7 of 8 forks of B are invalid, and 1 of 8 of A");
        assertThat(Difference.between(BEFORE, withInvalid(BEFORE, "reactive", 8), FIVE_PERCENT).worse())
                .as("none is left")
                .hasSize(1);
    }

    /** Stacks that wait for their turn use CPU as well. */
    @Test
    void stacksThatTakeTurnsAreTheSameInNumber() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(
                        () -> Difference.between(BEFORE, SampleResults.without(BEFORE, "reactive"), FIVE_PERCENT))
                .withMessage("A and B are not of one design: stacks side by side 3 in A, 2 in B");
        Result spike = SampleResults.spike(2);
        assertThat(Difference.between(spike, SampleResults.without(spike, "reactive"), FIVE_PERCENT).notes())
                .contains("'reactive' is in A only");
    }

    /** "busier" by 280 iterations is not "busier" by 400. */
    @Test
    void aVariantOfTheSameNameMayBeAnother() {
        Result busier = SampleResults.withProperties(BEFORE, "reactive", Map.of("payment.signing.iterations", "400"));
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Difference.between(BEFORE, busier, FIVE_PERCENT))
                .withMessage("A and B are not of one design: properties of 'reactive' {} in A, "
                        + "{payment.signing.iterations=400} in B");
        assertThat(Difference.between(busier, busier, FIVE_PERCENT).hasRegression()).isFalse();
    }

    @Test
    void whatEndedWhenIntervalsWereNarrowHasWiderOnes() {
        Result precise = SampleResults.withPrecision(BEFORE, 0.02);
        assertThat(confidences(BEFORE, BEFORE)).containsOnly(1 - 0.05 / 9);
        assertThat(confidences(precise, BEFORE)).containsOnly(1 - 0.025 / 9);
        assertThat(confidences(BEFORE, precise)).containsOnly(1 - 0.025 / 9);
    }

    private static List<Double> confidences(Result first, Result second) {
        return Difference.between(first, second, FIVE_PERCENT)
                .rows()
                .stream()
                .map(row -> row.judgement().interval().confidence())
                .toList();
    }

    @Test
    void wordsSayWhatTheyPromise() {
        UnpairedRatio wide = new UnpairedRatio(2, 2, 0.1, 4, 4);
        Judgement judgement = new Judgement(wide, wide.interval(0.95), Verdict.NO_DIFFERENCE_SHOWN, 100.01,
                OptionalInt.of(70));
        Row row = new Row("reactive", Metric.CPU, 2, 2, judgement, Change.NOT_SHOWN);
        assertThat(Diff.text(List.of(row), FIVE_PERCENT))
                .contains("from more than 100 on a ratio would have been found; "
                        + "70 forks of each would decide, if ratio and spread stayed so")
                .contains("such that a wrong verdict is among all 1 in at most 5 % of experiments");
    }

    @Test
    void onlyStacksInBothAreCompared() {
        Difference difference = Difference.between(BEFORE, SampleResults.renamed(BEFORE, "reactive", "mine"),
                FIVE_PERCENT);
        assertThat(difference.rows()).extracting(Row::stack).containsOnly("blocking", "virtual-thread");
        assertThat(difference.notes()).contains("'reactive' is in A only", "'mine' is in B only");
    }

    @Test
    void anotherMachineIsANote() {
        Result elsewhere = SampleResults.onMachineWith("another CPU", BEFORE);
        assertThat(Difference.between(BEFORE, elsewhere, FIVE_PERCENT).notes().getFirst())
                .isEqualTo(
                        "The machines differ, and so the ratios may be the machines': CPU AMD EPYC in A, another CPU in B");
    }

    /** Answering an error is fast. */
    @Test
    void failuresThatWereNotThereAreARegression() {
        Result failing = failing(8);
        assertThat(Difference.between(BEFORE, failing, FIVE_PERCENT).hasRegression()).isTrue();
        assertThat(Difference.between(BEFORE, failing, FIVE_PERCENT).worse()).singleElement()
                .asString()
                .matches(
                        "reactive: (9\\.9|10\\.\\d) of 1,000 requests fail in the median fork of B, and 0\\.0 in that of A");
        assertThat(Difference.between(failing, failing, FIVE_PERCENT).hasRegression()).isFalse();
        assertThat(Difference.between(failing, BEFORE, FIVE_PERCENT).hasRegression()).isFalse();
    }

    @Test
    void theMedianForkTellsWhetherRequestsFail() {
        Result few = failing(3);
        Result most = failing(7);
        assertThat(Difference.between(BEFORE, most, FIVE_PERCENT).worse()).as("one fork of B is better").hasSize(1);
        assertThat(Difference.between(few, most, FIVE_PERCENT).worse()).as("some forks of A are as bad").hasSize(1);
        assertThat(Difference.between(BEFORE, few, FIVE_PERCENT).worse()).as("by chance").isEmpty();
        assertThat(Difference.between(most, failing(8), FIVE_PERCENT).worse()).as("A failed as well").isEmpty();
    }

    private static Result failing(int forks) {
        return SampleResults.withRuns(BEFORE, BEFORE.runs()
                .stream()
                .map(run -> run.stack().equals("reactive") && run.block() <= forks
                        ? SampleResults.failing(run, 0.01)
                        : run)
                .toList());
    }

    @Test
    void nothingAnsweredInTimeIsARegressionWithoutARatio() {
        Result spike = SampleResults.spike(6);
        Result nothing = SampleResults.withGoodput(spike, "reactive", 2, 0);
        Difference difference = Difference.between(spike, nothing, FIVE_PERCENT);
        assertThat(difference.worse())
                .containsExactly(
                        "reactive: goodput while disturbed, requests/s is 0 or was not held in 1 of 6 forks of B, and in none of A");
        assertThat(difference.rows()).filteredOn(row -> row.metric().equals(Metric.GOODPUT))
                .extracting(Row::stack)
                .containsExactly("blocking", "virtual-thread");
        assertThat(difference.notes())
                .anyMatch(note -> note.contains("of reactive: it is 0 or not known in some forks"));
        assertThat(Difference.between(nothing, spike, FIVE_PERCENT).worse()).isEmpty();
    }

    @Test
    void aCapacityThatWasNotHeldIsARegressionWithoutARatio() {
        Result held = SampleResults.capacity(6);
        Result notHeld = SampleResults.notHeld(held, "reactive", 2);
        assertThat(Difference.between(held, notHeld, FIVE_PERCENT).worse()).containsExactly(
                "reactive: capacity, requests/s is 0 or was not held in 1 of 6 forks of B, and in none of A");
        assertThat(Difference.between(notHeld, notHeld, FIVE_PERCENT).worse()).isEmpty();
        assertThat(Difference.between(notHeld, held, FIVE_PERCENT).worse()).isEmpty();
    }
}
