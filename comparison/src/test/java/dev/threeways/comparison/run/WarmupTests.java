package dev.threeways.comparison.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.WarmUp.Ended;
import dev.threeways.comparison.run.Warmup.Reading;
import dev.threeways.comparison.run.Warmup.Step;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmupTests {

    private static final int REQUESTS = 5_000;

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private long millis;

    private long requests;

    private long cpuMicros;

    private long compilerMicros;

    private Warmup warmup(int stage, long minRequests) {
        return new Warmup(minRequests, LIMIT, stage, reading());
    }

    private Reading reading() {
        return new Reading(millis, requests, cpuMicros, () -> compilerMicros);
    }

    private Step window(Warmup warmup, double cpuMillisPerRequest, double compilerPercent) {
        millis += Warmup.WINDOW.toMillis();
        requests += REQUESTS;
        long micros = Math.round(cpuMillisPerRequest * 1000 * REQUESTS);
        cpuMicros += micros;
        compilerMicros += Math.round(micros * compilerPercent / 100);
        return warmup.read(reading());
    }

    @Test
    void secondStageEndsWhenTheCostNoLongerFalls() {
        Warmup warmup = warmup(2, 0);
        assertThat(window(warmup, 3.0, 0)).isEqualTo(Step.GO_ON);
        assertThat(window(warmup, 1.5, 0)).isEqualTo(Step.GO_ON);
        assertThat(window(warmup, 1.0, 0)).isEqualTo(Step.GO_ON);
        assertThat(window(warmup, 0.9, 0)).isEqualTo(Step.GO_ON);
        assertThat(window(warmup, 0.93, 0)).isEqualTo(Step.END); // mean of 1.0 and 0.9 is 0.95, less 3 % is 0.92
        assertThat(warmup.ended()).isEqualTo(Ended.SETTLED);
        assertThat(warmup.windows()).extracting(Result.WarmUp.Window::cpuMillisPerRequest)
                .containsExactly(3.0, 1.5, 1.0, 0.9,
                        0.93);
    }

    @Test
    void secondStageGoesOnWhileTheCostFallsSlowly() {
        Warmup warmup = warmup(2, 0);
        for (double cost = 3; cost > 1; cost *= 0.96) {
            assertThat(window(warmup, cost, 0)).isEqualTo(Step.GO_ON);
        }
    }

    @Test
    void secondStageGoesOnWhileTheCompilerIsBusyAlthoughTheCostStandsStill() {
        Warmup warmup = warmup(2, 0);
        for (int i = 0; i < 5; i++) {
            assertThat(window(warmup, 1, 6)).isEqualTo(Step.GO_ON);
        }
        assertThat(window(warmup, 1, 4)).isEqualTo(Step.END);
        assertThat(warmup.windows().getLast().compilerPercent()).isEqualTo(4);
    }

    @Test
    void firstStageEndsWhenTheCompilerIsNearlyIdleWhateverTheCost() {
        Warmup warmup = warmup(1, 0);
        assertThat(window(warmup, 3, 30)).isEqualTo(Step.GO_ON);
        assertThat(window(warmup, 2, 6)).isEqualTo(Step.GO_ON);
        assertThat(window(warmup, 1, 5)).isEqualTo(Step.BEGIN_SECOND_STAGE);
        assertThat(window(warmup, 1, 0)).isEqualTo(Step.GO_ON);
        assertThat(window(warmup, 1, 0)).isEqualTo(Step.GO_ON);
        assertThat(window(warmup, 1, 0)).as("its own windows only").isEqualTo(Step.END);
        assertThat(warmup.windows()).extracting(Result.WarmUp.Window::stage).containsExactly(1, 1, 1, 2, 2, 2);
    }

    @Test
    void noStageEndsBeforeEnoughRequests() {
        Warmup warmup = warmup(1, 2L * REQUESTS);
        assertThat(window(warmup, 1, 0)).isEqualTo(Step.GO_ON);
        assertThat(window(warmup, 1, 0)).isEqualTo(Step.BEGIN_SECOND_STAGE);

        requests = 0;
        Warmup second = warmup(2, 4L * REQUESTS);
        assertThat(window(second, 1, 0)).isEqualTo(Step.GO_ON);
        assertThat(window(second, 1, 0)).isEqualTo(Step.GO_ON);
        assertThat(window(second, 1, 0)).isEqualTo(Step.GO_ON);
        assertThat(window(second, 1, 0)).isEqualTo(Step.END);
    }

    @Test
    void limitsEndBothStagesWhateverHappens() {
        Warmup warmup = warmup(1, 0);
        millis = LIMIT.minus(Warmup.SECOND_STAGE).toMillis() - 1;
        assertThat(warmup.read(reading())).isEqualTo(Step.GO_ON);
        millis++;
        assertThat(warmup.read(reading())).isEqualTo(Step.BEGIN_SECOND_STAGE);
        millis = LIMIT.toMillis() - 1;
        assertThat(warmup.read(reading())).isEqualTo(Step.GO_ON);
        millis++;
        assertThat(warmup.read(reading())).isEqualTo(Step.END);
        assertThat(warmup.ended()).isEqualTo(Ended.TIME_LIMIT);
    }

    /** The generator reported nothing for long: the service must not be measured with the first stage's payments. */
    @Test
    void noWarmUpEndsInItsFirstStage() {
        Warmup warmup = warmup(1, 0);
        millis = LIMIT.toMillis() + 5_000;
        assertThat(warmup.read(reading())).isEqualTo(Step.BEGIN_SECOND_STAGE);
        millis += Warmup.SECOND_STAGE.toMillis() - 1;
        assertThat(warmup.read(reading())).isEqualTo(Step.GO_ON);
        millis++;
        assertThat(warmup.read(reading())).isEqualTo(Step.END);
        assertThat(warmup.ended()).isEqualTo(Ended.TIME_LIMIT);
    }

    @Test
    void windowsWithTooFewRequestsAreNotJudged() {
        Warmup warmup = warmup(2, 0);
        for (int i = 1; i <= 10; i++) {
            millis += Warmup.WINDOW.toMillis();
            requests++;
            assertThat(warmup.read(reading())).isEqualTo(Step.GO_ON);
        }
        assertThat(warmup.windows()).isEmpty();
    }
}
