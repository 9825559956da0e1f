package dev.threeways.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Comparison;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.SampleResults;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceTests {

    private static final Result STEADY = SampleResults.steady(6);

    private static final Comparison EQUIVALENT = comparison("serviceCpuMillis", "virtual-thread", "blocking", 1.0,
            "equivalent");

    private static Comparison comparison(String metric, String stack, String with, double ratio, String verdict) {
        return new Comparison(metric, stack, with, List.of(ratio, ratio), ratio, ratio * 0.97, ratio * 1.03, 0.995,
                verdict, false, 1.1, null);
    }

    private static String sentence(Comparison... comparisons) {
        return Choice.of(SampleResults.withComparisons(STEADY, comparisons)).getFirst();
    }

    @Test
    void whoIsWorseByOneMetricAndBetterByNoneIsOut() {
        assertThat(sentence(comparison("serviceCpuMillis", "reactive", "blocking", 1.4, "different"),
                comparison("serviceCpuMillis", "virtual-thread", "blocking", 1.0, "equivalent")))
                .startsWith("For this load, some ")
                .contains("requests in flight, choose among blocking and virtual-thread")
                .endsWith("because reactive needs 1.40 × the CPU per OK answer of blocking (1.36 – 1.44).");
    }

    /** A stack that costs 1.22 times as much is not recommended merely because its ratio is noisy. */
    @Test
    void whatIsNotDecidedIsSaid() {
        assertThat(sentence(comparison("serviceCpuMillis", "virtual-thread", "blocking", 1.2, "different"),
                comparison("serviceCpuMillis", "reactive", "blocking", 1.22, "no difference shown")))
                .contains(
                        "choose among blocking and reactive, between which this does not decide, because virtual-thread");
    }

    @Test
    void theRatioIsSaidFromTheSideOfTheOneThatIsOut() {
        assertThat(sentence(comparison("serviceCpuMillis", "reactive", "blocking", 0.5, "different"),
                comparison("serviceCpuMillis", "virtual-thread", "reactive", 2.0, "different")))
                .contains(
                        "choose reactive, because blocking needs 2.00 × the CPU per OK answer of reactive (1.94 – 2.06); "
                                + "virtual-thread needs 2.00 ×");
    }

    @Test
    void moreIsBetterOfACapacity() {
        assertThat(sentence(comparison("capacityPerSecond", "reactive", "blocking", 2.0, "different")))
                .contains("blocking bears 0.50 × the highest rate of reactive (0.49 – 0.52)")
                .contains("choose among reactive and virtual-thread");
    }

    @Test
    void betterByOneAndWorseByAnotherIsNotForUsToDecide() {
        assertThat(sentence(comparison("serviceCpuMillis", "reactive", "blocking", 1.4, "different"),
                comparison("memoryMib", "reactive", "blocking", 0.7, "different")))
                .contains(
                        "none of blocking, reactive and virtual-thread is better by one metric without being worse by "
                                + "another: reactive needs 1.40 ×")
                .contains("blocking needs 1.43 × the memory");
    }

    /** Memory is 118 MiB and the heap 512: 26 MiB count, if all of the interval is more. */
    @Test
    void nobodyIsOutForAFewMegabytes() {
        assertThat(sentence(comparison("memoryMib", "virtual-thread", "blocking", 1.24, "different")))
                .contains("nothing that was measured speaks against any");
        assertThat(sentence(comparison("memoryMib", "virtual-thread", "blocking", 1.3, "different")))
                .contains("choose among blocking and reactive");
    }

    /** No ratio within the noise rules a stack out. A wide interval is no agreement. */
    @Test
    void nobodyIsOutWithinTheNoise() {
        assertThat(sentence(comparison("serviceCpuMillis", "reactive", "blocking", 1.4, "equivalent")))
                .contains("nothing that was measured speaks against any of blocking, reactive and virtual-thread");
        assertThat(sentence(comparison("serviceCpuMillis", "reactive", "blocking", 1.4, "no difference shown")))
                .contains("this does not decide between blocking, reactive and virtual-thread");
        assertThat(Choice.of(SampleResults.quick())).isEmpty();
    }

    /** Such a stack's remaining runs would flatter it. */
    @Test
    void whoDiedOrAnsweredNothingInTimeIsBetterByNothing() {
        Comparison cheaper = comparison("serviceCpuMillis", "reactive", "blocking", 0.5, "different");
        assertThat(sentence(cheaper)).contains("choose among reactive and virtual-thread");
        List<Run> runs = STEADY.runs()
                .stream()
                .map(run -> run.stack().equals("reactive") && run.block() == 2
                        ? SampleResults.invalid(run, "died under load with exit code 3")
                        : run)
                .toList();
        assertThat(Choice.of(SampleResults.withComparisons(SampleResults.withRuns(STEADY, runs), cheaper)).getFirst())
                .doesNotContain("choose");
        Result slow = SampleResults.withGoodput(SampleResults.spike(6), "reactive", 2, 0);
        assertThat(Choice.of(SampleResults.withComparisons(slow, cheaper)).getFirst()).doesNotContain("choose");
    }

    @Test
    void oneProgramIsNotToBeChosenFromItself() {
        Result twice = SampleResults.withOneJar(STEADY);
        assertThat(Choice.of(twice).getFirst())
                .isEqualTo("All of these are the same program: there is nothing to be chosen.");
    }

    @Test
    void fewBlocksArePreliminary() {
        assertThat(Choice.of(SampleResults.steady(3)).getFirst()).contains("(preliminary)");
        assertThat(Choice.of(STEADY).getFirst()).doesNotContain("preliminary");
    }

    /** Ten failures in a thousand in each block rule a stack out, unless a single block says otherwise. */
    @Test
    void whoFailsMoreInEveryBlockIsOut() {
        List<Run> runs = new ArrayList<>();
        for (Run run : STEADY.runs()) {
            runs.add(run.stack().equals("reactive") ? SampleResults.failing(run, 0.01) : run);
        }
        Result failing = SampleResults.withRuns(STEADY, runs);
        assertThat(Choice.of(SampleResults.withComparisons(failing, EQUIVALENT)).getFirst())
                .contains("choose among blocking and virtual-thread")
                .contains("reactive fails in every block more often than blocking, in 10.")
                .contains("of 1,000 requests against 0.0");
        runs.replaceAll(run -> run.block() == 3
                ? STEADY.runs()
                        .stream()
                        .filter(other -> other.block() == 3 && other.stack().equals(run.stack()))
                        .findFirst()
                        .orElseThrow()
                : run);
        assertThat(
                Choice.of(SampleResults.withComparisons(SampleResults.withRuns(STEADY, runs), EQUIVALENT)).getFirst())
                .contains("nothing that was measured speaks against any");
    }

    @Test
    void whatIsInFlightForSecondsIsSaidBesides() {
        assertThat(Choice.of(SampleResults.spike(6)).getFirst())
                .startsWith("For this load, some 6 requests in flight and up to 60,");
        assertThat(Choice.of(STEADY).getFirst()).startsWith("For this load, some 12 requests in flight, ");
    }

    /** A fifth of requests exceeds the pool and fails; one stack's fifth is a little larger. */
    @Test
    void whereAllFailNobodyIsOutForALittleMore() {
        Result failing = SampleResults.withRuns(STEADY, STEADY.runs()
                .stream()
                .map(run -> SampleResults.failing(run, run.stack().equals("reactive") ? 0.21 : 0.2))
                .toList());
        assertThat(Choice.of(SampleResults.withComparisons(failing, EQUIVALENT)).getFirst())
                .contains("nothing that was measured speaks against any");
    }

    /** The slowest requests may be among those that failed. */
    @Test
    void latencyOfWhatWasLeftIsNoReason() {
        Comparison slower = comparison("latencyP50Millis", "reactive", "blocking", 1.2, "different");
        assertThat(sentence(slower)).contains("choose among blocking and virtual-thread")
                .doesNotContain("Latency does not count");
        Result failing = SampleResults.withRuns(STEADY,
                STEADY.runs().stream().map(run -> SampleResults.failing(run, 0.02)).toList());
        assertThat(Choice.of(SampleResults.withComparisons(failing, slower)).getFirst()).doesNotContain("choose")
                .endsWith("Latency does not count here: it is of the answers that were OK, and too many were not.");
    }

    /** Only 1,000 of 1,024 threads count: no more requests are let in. Each request takes 0.7 ms of two CPUs. */
    @Test
    void whatAStackWithThreadsWouldMeetFirstIsNotAlwaysThem() {
        assertThat(Choice.of(STEADY).get(1)).isEqualTo(
                "What blocking would meet first if more came, by what a request took here (Little's law): "
                        + "its 2 CPUs (if it had them for itself), at some 2800 requests/s of 0.72 ms; "
                        + "its 1000 threads, with as many in flight, at some 16000 requests/s of 63 ms; "
                        + "its 16 connections to PostgreSQL, at some 32000 requests/s of 0.5 ms.");
        assertThat(Choice.of(SampleResults.steady(6, 0.05, 1)).get(1))
                .containsSubsequence("its 1000 threads", "its 16 connections", "its 2 CPUs");
    }
}
