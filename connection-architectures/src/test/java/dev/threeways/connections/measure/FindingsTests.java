package dev.threeways.connections.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.threeways.lab.process.Machine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTests {

    @Test
    void medianIsBetweenTheTwoInTheMiddle() {
        assertThat(Findings.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Findings.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
        assertThat(Findings.median(List.of())).isNull();
    }

    @Test
    void jainsIndexIsOneForEvenSharesAndOneNthForOneThatHasAll() {
        assertThat(Evenness.jain(List.of(5, 5, 5, 5), 4)).isEqualTo(1);
        assertThat(Evenness.jain(List.of(20), 4)).isEqualTo(0.25);
        assertThat(Evenness.jain(List.of(1, 2), 2)).isCloseTo(0.9, within(1e-9));
    }

    @Test
    void theShorterOfSeriesAndXIsInColumns() {
        List<Findings.Sample> samples = new ArrayList<>();
        for (String series : List.of("one", "two", "three")) {
            samples.add(new Findings.Sample("heap", series, 1_000, 1, 1.5));
            samples.add(new Findings.Sample("heap", series, 5_000, 1, 2.5));
        }
        assertThat(FindingsReport.text(of(samples))).contains("""
                live heap, KiB
                  idle   1000  5000
                  one    1.50  2.50
                  two    1.50  2.50
                  three  1.50  2.50
                """);
        assertThat(FindingsReport.text(of(samples.subList(0, 2)))).contains("""
                live heap, KiB
                  idle  one
                  1000  1.50
                  5000  2.50
                """);
        samples.removeIf(sample -> sample.x() > 1_000);
        assertThat(FindingsReport.text(of(samples))).contains("""
                live heap, KiB
                  one    1.50
                  two    1.50
                  three  1.50
                """);
    }

    private static Findings of(List<Findings.Sample> samples) {
        return new Findings(Findings.SCHEMA, "idle", "What does one cost?", List.of("idle"), Instant.EPOCH,
                Instant.EPOCH,
                1, 1, Machine.here(Path.of("."), 2), "idle",
                List.of(new Findings.Metric("heap", "live heap, KiB", true)),
                List.of(), samples, List.of(), List.of());
    }

    @Test
    void growthIsOneWhereCostIsInProportionAndNoughtWhereItIsConstant() {
        List<Findings.Sample> samples = new ArrayList<>();
        for (double x : List.of(100.0, 1_000.0, 10_000.0)) {
            samples.add(new Findings.Sample("pass", "poll", x, 1, 0.3 * x));
            samples.add(new Findings.Sample("pass", "epoll", x, 1, 2));
        }
        Collections.reverse(samples);
        List<Findings.Sample> exponents = new Readiness().derived(1, samples);
        assertThat(exponents).extracting(Findings.Sample::series).containsExactly("epoll", "poll");
        assertThat(exponents.getFirst().value()).isCloseTo(0, within(1e-9));
        assertThat(exponents.getLast().value()).isCloseTo(1, within(1e-9));
    }

    @Test
    void growthHasAnInterval() {
        List<Findings.Sample> exponents = List.of(new Findings.Sample("exponent", "poll", 0, 1, 1.0),
                new Findings.Sample("exponent", "poll", 0, 2, 1.1), new Findings.Sample("exponent", "poll", 0, 3, 1.2));
        // 1.1 ± 4.303 · 0.1 / √3
        assertThat(new Readiness().conclusions(exponents)).singleElement()
                .asString()
                .startsWith("poll: cost grows")
                .contains("1.10 (0.85 - 1.35");
        assertThat(new Readiness().conclusions(exponents.subList(0, 1))).isEmpty();
    }
}
