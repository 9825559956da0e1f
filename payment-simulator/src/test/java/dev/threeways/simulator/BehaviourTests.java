package dev.threeways.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class BehaviourTests {

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY})
    void aRateIsBetweenZeroAndOne(double rate) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Behaviour.HEALTHY.withOnly(SimulatedOutcome.HANG, rate))
                .withMessage("hangRate must be between 0 and 1, not " + rate);
    }

    @Test
    void theRatesAddUpToAtMostOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> withRates(0.5, 0.51))
                .withMessageContaining("at most 1, not 1.01");
        assertThatNoException().isThrownBy(() -> withRates(0.5, 0.5));
        // eight times 0.1 plus 0.2 is 1 in decimals only
        assertThatNoException().isThrownBy(
                () -> new Behaviour(50, 200, 1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 + 0.1 + 0.1, false, false, 0));
    }

    private static Behaviour withRates(double declineRate, double dripRate) {
        return new Behaviour(50, 200, 1, declineRate, 0, 0, 0, 0, 0, 0, dripRate, false, false, 0);
    }

    @Test
    void latenciesMakeSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> latency(200, 50))
                .withMessage("p99Millis must not be below medianMillis: 50.0 < 200.0");
        assertThatIllegalArgumentException().isThrownBy(() -> latency(0, 50)).withMessageContaining("p99Millis");
        assertThatIllegalArgumentException().isThrownBy(() -> latency(50, 60_001))
                .withMessage("p99Millis must be between 0 and 60000, not 60001.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Behaviour.HEALTHY.withLatency(Duration.ZERO, Duration.ZERO, Duration.ofMillis(-1)))
                .withMessage("floorMillis must be between 0 and 60000, not -1.0");
    }

    private static Behaviour latency(long medianMillis, long p99Millis) {
        return Behaviour.HEALTHY.withLatency(Duration.ofMillis(medianMillis), Duration.ofMillis(p99Millis),
                Duration.ZERO);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "APPROVED")
    void onlyOneRate(SimulatedOutcome outcome) {
        var rates = withRates(0.3, 0.4).withOnly(outcome, 0.25).rates();
        assertThat(rates).hasSize(SimulatedOutcome.values().length - 1)
                .allSatisfy((other, rate) -> assertThat(rate).isEqualTo(other == outcome ? 0.25 : 0));
    }

    @Test
    void approvalsHaveNoRateOfTheirOwn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Behaviour.HEALTHY.withOnly(SimulatedOutcome.APPROVED, 0.5));
        assertThat(withRates(0.3, 0.4).withOnly(SimulatedOutcome.APPROVED, 1)).isEqualTo(Behaviour.HEALTHY);
    }
}
