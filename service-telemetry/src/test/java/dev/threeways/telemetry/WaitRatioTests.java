package dev.threeways.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class WaitRatioTests {

    private static final Offset<Double> EXACT = within(1e-12);

    private long now;

    private long cpu;

    private long requests;

    private final WaitRatio ratio = new WaitRatio(() -> now, () -> cpu, () -> requests);

    @Test
    void isThePartOfRequestTimeWithoutCpu() {
        pass(5, 1, 20);
        assertThat(ratio.now().orElseThrow()).isEqualTo(0.95, EXACT);
    }

    @Test
    void isEmptyWithoutRequests() {
        pass(5, 1, 0);
        assertThat(ratio.now()).isEmpty();
    }

    @Test
    void isNegativeIfTheProcessDidOtherThings() {
        pass(5, 2, 1);
        assertThat(ratio.now().orElseThrow()).isEqualTo(-1, EXACT);
    }

    @Test
    void isOfTheLastTenSecondsHoweverOftenItIsAsked() {
        for (int second = 0; second < 30; second++) {
            pass(1, 1, 2);
            ratio.now();
        }
        for (int second = 0; second < 10; second++) {
            pass(1, 1, 10);
            ratio.now();
        }
        assertThat(ratio.now().orElseThrow()).isEqualTo(0.9, EXACT);
    }

    @Test
    void isSinceTheLastTimeIfThatIsLongAgo() {
        pass(60, 30, 40);
        ratio.now();
        pass(60, 6, 60);
        assertThat(ratio.now().orElseThrow()).isEqualTo(0.9, EXACT);
    }

    private void pass(long seconds, long cpuSeconds, long requestSeconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
        cpu += TimeUnit.SECONDS.toNanos(cpuSeconds);
        requests += TimeUnit.SECONDS.toNanos(requestSeconds);
    }
}
