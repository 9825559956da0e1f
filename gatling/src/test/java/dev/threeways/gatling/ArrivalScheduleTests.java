package dev.threeways.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArrivalScheduleTests {

    private static final RateProfile STEADY = RateProfile.steady(100, Duration.ofSeconds(100));

    @Test
    void constantArrivalsHaveTheSameTimeBetweenThem() {
        long[] offsets = offsets(ArrivalSchedule.of(STEADY, Arrivals.CONSTANT, 1));
        assertThat(offsets).hasSize(10_000).startsWith(0, 10_000_000, 20_000_000);
        assertThat(gaps(offsets)).containsOnly(10_000_000);
    }

    @Test
    void aFractionOfARequestRoundsUpButRoundingErrorsDoNot() {
        assertThat(ArrivalSchedule.of(RateProfile.steady(100, Duration.ofMillis(290)), Arrivals.CONSTANT, 1).size())
                .isEqualTo(29);
        assertThat(ArrivalSchedule.of(RateProfile.steady(100, Duration.ofMillis(295)), Arrivals.CONSTANT, 1).size())
                .isEqualTo(30);
    }

    @Test
    void poissonArrivalsHaveExponentialGaps() {
        double[] gaps = Arrays.stream(gaps(offsets(ArrivalSchedule.of(STEADY, Arrivals.POISSON, 42))))
                .asDoubleStream()
                .toArray();
        double mean = Arrays.stream(gaps).average().orElseThrow();
        double variance = Arrays.stream(gaps).map(g -> (g - mean) * (g - mean)).average().orElseThrow();
        long longer = Arrays.stream(gaps).filter(g -> g > mean).count();
        // 10,000 gaps of 10 ms: the standard error of the mean is 1 %, of the variance about 3 %.
        assertThat(mean).isCloseTo(1e7, within(4e5));
        assertThat(variance).isCloseTo(1e14, within(1.2e13));
        assertThat((double) longer / gaps.length).isCloseTo(Math.exp(-1), within(0.02));
    }

    @Test
    void poissonCountsVaryAsMuchAsTheirMean() {
        int[] counts = ArrivalSchedule.of(STEADY, Arrivals.POISSON, 42).countsPerSecond();
        double mean = Arrays.stream(counts).average().orElseThrow();
        double variance = Arrays.stream(counts).mapToDouble(c -> (c - mean) * (c - mean)).sum() / (counts.length - 1);
        // 100 seconds: the ratio's standard error is √(2/99), 14 %.
        assertThat(variance / mean).isBetween(0.5, 1.6);
    }

    @Test
    void poissonArrivalsFollowTheRate() {
        int[] counts = ArrivalSchedule
                .of(RateProfile.spike(10, 1_000, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(3)),
                        Arrivals.POISSON, 3)
                .countsPerSecond();
        assertThat(counts).hasSize(3);
        assertThat(counts[0]).isLessThan(30);
        assertThat(counts[1]).isBetween(850, 1_150);
        assertThat(counts[2]).isLessThan(30);
    }

    @Test
    void theSeedDecides() {
        long[] offsets = offsets(ArrivalSchedule.of(STEADY, Arrivals.POISSON, 5));
        assertThat(offsets(ArrivalSchedule.of(STEADY, Arrivals.POISSON, 5))).isEqualTo(offsets);
        assertThat(offsets(ArrivalSchedule.of(STEADY, Arrivals.POISSON, 6))).isNotEqualTo(offsets);
    }

    @Test
    void isSortedAndWithinItsDuration() {
        RateProfile ramp = RateProfile.ramp(0, 500, Duration.ofSeconds(20));
        for (Arrivals arrivals : Arrivals.values()) {
            ArrivalSchedule schedule = ArrivalSchedule.of(ramp, arrivals, 9);
            assertThat(offsets(schedule)).isSorted();
            assertThat(schedule.offsetNanos(schedule.size() - 1)).isLessThanOrEqualTo(20_000_000_000L);
            assertThat(Arrays.stream(schedule.countsPerSecond()).sum()).isEqualTo(schedule.size());
        }
    }

    @Test
    void tooManyRequestsAndNoneAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(
                () -> ArrivalSchedule.of(RateProfile.steady(10_001, Duration.ofSeconds(1_000)), Arrivals.CONSTANT, 1))
                .withMessageContaining("10001000 requests");
        assertThatIllegalArgumentException().isThrownBy(
                () -> ArrivalSchedule.of(RateProfile.steady(0, Duration.ofSeconds(1_000)), Arrivals.POISSON, 1))
                .withMessageContaining("no request at all");
    }

    private static long[] offsets(ArrivalSchedule schedule) {
        return IntStream.range(0, schedule.size()).mapToLong(schedule::offsetNanos).toArray();
    }

    private static long[] gaps(long[] offsets) {
        return LongStream.range(1, offsets.length).map(i -> offsets[(int) i] - offsets[(int) i - 1]).toArray();
    }
}
