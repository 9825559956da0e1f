package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.Warmup.Ended;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WarmupTests {

    private static final int REQUESTS = 5_000;

    private long millis;

    private long requests;

    private long cpuMicros;

    private long compilerMicros;

    private Warmup warmup(long minRequests) {
        return new Warmup(minRequests, Duration.ofMinutes(2), 0, 0, 0);
    }

    private @Nullable Ended window(Warmup warmup, double cpuMillisPerRequest) {
        millis += Warmup.WINDOW.toMillis();
        requests += REQUESTS;
        cpuMicros += Math.round(cpuMillisPerRequest * 1000 * REQUESTS);
        return warmup.read(millis, requests, cpuMicros, () -> compilerMicros);
    }

    @Test
    void endsWhenTheCostNoLongerFalls() {
        Warmup warmup = warmup(0);
        assertThat(window(warmup, 3.0)).isNull();
        assertThat(window(warmup, 1.5)).isNull();
        assertThat(window(warmup, 1.0)).isNull();
        assertThat(window(warmup, 0.9)).isNull();
        assertThat(window(warmup, 0.93)).isEqualTo(Ended.SETTLED); // mean of 1.0 and 0.9 is 0.95, less 3 % is 0.92
        assertThat(warmup.windows()).extracting(Warmup.Window::cpuMillisPerRequest).containsExactly(3.0, 1.5, 1.0, 0.9,
                0.93);
    }

    @Test
    void goesOnWhileItFallsSlowly() {
        Warmup warmup = warmup(0);
        for (double cost = 3; cost > 1; cost *= 0.96) {
            assertThat(window(warmup, cost)).isNull();
        }
    }

    @Test
    void goesOnWhileTheCompilerIsBusyAlthoughTheCostStandsStill() {
        Warmup warmup = warmup(0);
        for (int i = 0; i < 5; i++) {
            compilerMicros += Math.round(0.06 * 1000 * REQUESTS); // 6 % of 1 ms each
            assertThat(window(warmup, 1)).isNull();
        }
        compilerMicros += Math.round(0.04 * 1000 * REQUESTS);
        assertThat(window(warmup, 1)).isEqualTo(Ended.SETTLED);
        assertThat(warmup.windows().getLast().compilerPercent()).isEqualTo(4);
    }

    @Test
    void doesNotEndBeforeEnoughRequests() {
        Warmup warmup = warmup(4L * REQUESTS);
        assertThat(window(warmup, 1)).isNull();
        assertThat(window(warmup, 1)).isNull();
        assertThat(window(warmup, 1)).isNull();
        assertThat(window(warmup, 1)).isEqualTo(Ended.SETTLED);
    }

    @Test
    void endsAtTheLimitWhateverHappens() {
        Warmup warmup = new Warmup(0, Duration.ofSeconds(4), 0, 0, 0);
        assertThat(warmup.read(3_999, 10, 1_000, () -> 0)).isNull();
        assertThat(warmup.read(4_000, 10, 1_000, () -> 0)).isEqualTo(Ended.TIME_LIMIT);
    }

    @Test
    void windowsWithTooFewRequestsAreNotJudged() {
        Warmup warmup = warmup(0);
        for (int i = 1; i <= 10; i++) {
            assertThat(warmup.read(i * Warmup.WINDOW.toMillis(), i, i, () -> 0)).isNull();
        }
        assertThat(warmup.windows()).isEmpty();
    }
}
