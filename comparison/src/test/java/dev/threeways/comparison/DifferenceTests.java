package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.threeways.comparison.Difference.Change;
import dev.threeways.comparison.Difference.Row;
import dev.threeways.comparison.Result.Run;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two results of one design. */
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
        assertThat(difference.rows()).hasSize(9).noneMatch(row -> row.metric().equals(Metric.P99))
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
    void oneValidForkIsTooFew() {
        List<Run> runs = new ArrayList<>(SampleResults.steady(2).runs());
        runs.set(0, SampleResults.invalid(runs.getFirst(), "A1"));
        Result one = SampleResults.withRuns(BEFORE, runs);
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> Difference.between(BEFORE, one, FIVE_PERCENT))
                .withMessage("B has 1 valid fork of 'blocking', and an interval takes 2");
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
        Result elsewhere = new Result(BEFORE.schema(), BEFORE.startedAt(), BEFORE.finishedAt(), BEFORE.status(), null,
                BEFORE.elapsedSeconds(), null, BEFORE.command(), BEFORE.settings(),
                new Machine("another CPU", 2, 24L << 30, "Linux 6.18 amd64", "Temurin 25.0.3+9", "", false),
                BEFORE.ceiling(), null,
                BEFORE.jvmOptions(), BEFORE.database(), BEFORE.stacks(), BEFORE.runs(), BEFORE.summary(),
                BEFORE.comparisons());
        assertThat(Difference.between(BEFORE, elsewhere, FIVE_PERCENT).notes().getFirst())
                .isEqualTo(
                        "The machines differ, and so the ratios may be the machines': CPU AMD EPYC in A, another CPU in B");
    }

    /** Whoever answers an error is fast. */
    @Test
    void failuresThatWereNotThereAreARegression() {
        Result failing = SampleResults.withRuns(BEFORE, BEFORE.runs().stream()
                .map(run -> run.stack().equals("reactive") ? SampleResults.failing(run, 0.01) : run).toList());
        assertThat(Difference.between(BEFORE, failing, FIVE_PERCENT).hasRegression()).isTrue();
        assertThat(Difference.between(BEFORE, failing, FIVE_PERCENT).worse()).singleElement().asString()
                .startsWith("reactive: at least 9.9 of 1,000").endsWith("and at most 0.0 in any of A");
        assertThat(Difference.between(failing, failing, FIVE_PERCENT).hasRegression()).isFalse();
        assertThat(Difference.between(failing, BEFORE, FIVE_PERCENT).hasRegression()).isFalse();
        List<Run> oneFork = new ArrayList<>(failing.runs());
        oneFork.set(1, BEFORE.runs().get(1));
        assertThat(Difference.between(BEFORE, SampleResults.withRuns(BEFORE, oneFork), FIVE_PERCENT).worse())
                .as("not in every fork").isEmpty();
    }

    @Test
    void nothingAnsweredInTimeIsARegressionWithoutARatio() {
        Result spike = SampleResults.spike(6);
        Result nothing = SampleResults.withGoodput(spike, "reactive", 2, 0);
        Difference difference = Difference.between(spike, nothing, FIVE_PERCENT);
        assertThat(difference.worse())
                .containsExactly(
                        "reactive: goodput while disturbed, requests/s is 0 in 1 of 6 forks of B, and in none of A");
        assertThat(difference.rows()).filteredOn(row -> row.metric().equals(Metric.GOODPUT)).extracting(Row::stack)
                .containsExactly("blocking", "virtual-thread");
        assertThat(difference.notes())
                .anyMatch(note -> note.contains("of reactive: it is 0 or not known in some forks"));
        assertThat(Difference.between(nothing, spike, FIVE_PERCENT).worse()).isEmpty();
    }
}
