package dev.threeways.comparison.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

public class LatenciesTests {

    private static Latencies of(LongStream micros) {
        Latencies latencies = new Latencies();
        micros.forEach(latencies::record);
        return latencies;
    }

    @Test
    void percentilesOfKnownValues() {
        Latencies.Summary summary = of(LongStream.rangeClosed(1, 1000).map(millis -> millis * 1000)).summary();
        assertThat(summary.count()).isEqualTo(1000);
        assertThat(summary.p50()).isCloseTo(500, withinPercentage(0.1));
        assertThat(summary.p90()).isCloseTo(900, withinPercentage(0.1));
        assertThat(summary.p99()).isCloseTo(990, withinPercentage(0.1));
        assertThat(summary.p999()).isCloseTo(999, withinPercentage(0.1));
        assertThat(summary.max()).isCloseTo(1000, withinPercentage(0.1));
    }

    /** One block has 900 fast requests, another 100 slow ones: the mean of both p50 would be 505 ms. */
    @Test
    void mergedPercentilesAreThoseOfAllRequests() {
        Latencies fast = of(LongStream.generate(() -> 10_000).limit(900));
        Latencies slow = of(LongStream.generate(() -> 1_000_000).limit(100));
        Latencies.Summary merged = Latencies.merged(List.of(fast, slow)).summary();
        assertThat(merged.count()).isEqualTo(1000);
        assertThat(merged.p50()).isCloseTo(10, withinPercentage(0.1));
        assertThat(merged.p99()).isCloseTo(1000, withinPercentage(0.1));
    }

    @Test
    void encodedFormLosesNothing() {
        Latencies latencies = of(LongStream.of(1, 70_000, 70_001, 2_000_000));
        assertThat(Latencies.decoded(latencies.encoded()).summary()).isEqualTo(latencies.summary());
    }

    @Test
    void whatIsNoHistogramIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Latencies.decoded("AAAA"));
    }

    @Test
    void outliersAreKeptAtTheEnds() {
        Latencies.Summary summary = of(LongStream.of(-5, 3_600_000_000L)).summary();
        assertThat(summary.count()).isEqualTo(2);
        assertThat(summary.p50()).isZero();
        assertThat(summary.max()).isCloseTo(600_000, withinPercentage(0.1));
    }

    @Test
    void nothingHasNoPercentiles() {
        assertThat(new Latencies().summary()).isEqualTo(new Latencies.Summary(0, 0, 0, 0, 0, 0));
    }
}
