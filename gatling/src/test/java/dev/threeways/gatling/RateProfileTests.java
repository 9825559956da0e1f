package dev.threeways.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateProfileTests {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void aSteadyRateIsDueEvenly() {
        RateProfile profile = RateProfile.steady(100, Duration.ofSeconds(3));
        assertThat(profile.arrivals()).isEqualTo(300);
        assertThat(profile.nanosUntil(0)).isZero();
        assertThat(profile.nanosUntil(150)).isEqualTo(3 * SECOND / 2);
    }

    @Test
    void aRampFromZeroIsDueByTheSquareRoot() {
        // Cumulative 5·t², so the k-th is due at √(k/5).
        RateProfile profile = RateProfile.ramp(0, 100, Duration.ofSeconds(10));
        assertThat(profile.arrivals()).isEqualTo(500);
        assertThat(profile.nanosUntil(5)).isCloseTo(SECOND, within(1L));
        assertThat(profile.nanosUntil(125)).isCloseTo(5 * SECOND, within(1L));
    }

    @Test
    void aRampDownToZeroEndsAtItsEnd() {
        // Cumulative 100·t − 5·t².
        RateProfile profile = RateProfile.ramp(100, 0, Duration.ofSeconds(10));
        assertThat(profile.nanosUntil(95)).isCloseTo(SECOND, within(1L));
        assertThat(profile.nanosUntil(500)).isEqualTo(10 * SECOND);
    }

    @Test
    void aSpikeIsThreeSteadyParts() {
        RateProfile profile = RateProfile.spike(10, 200, Duration.ofSeconds(2), Duration.ofSeconds(1),
                Duration.ofSeconds(5));
        assertThat(profile.arrivals()).isEqualTo(20 + 200 + 20);
        assertThat(profile.nanosUntil(20)).isEqualTo(2 * SECOND);
        assertThat(profile.nanosUntil(120)).isEqualTo(5 * SECOND / 2);
        assertThat(profile.nanosUntil(230)).isEqualTo(4 * SECOND);
    }

    @Test
    void aSpikeBeyondTheEndIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RateProfile.spike(10, 200, Duration.ofSeconds(4),
                Duration.ofSeconds(1), Duration.ofSeconds(5))).withMessageContaining("PT4S");
    }
}
