package dev.threeways.connections.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
        assertThat(new Readiness().conclusions(exponents)).singleElement().asString()
                .startsWith("poll: cost grows").contains("1.10 (0.85 - 1.35");
        assertThat(new Readiness().conclusions(exponents.subList(0, 1))).isEmpty();
    }
}
