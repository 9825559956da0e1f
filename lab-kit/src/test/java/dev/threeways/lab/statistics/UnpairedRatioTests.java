package dev.threeways.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnpairedRatioTests {

    private static final double PRECISION = 1e-3;

    private static final Margin FIVE_PERCENT = Margin.of(0.05);

    private static List<Double> exp(double... logs) {
        return Arrays.stream(logs).map(Math::exp).boxed().toList();
    }

    /**
     * Logarithms 0.1, 0.2, 0.3 (variance 0.01) and 0.0, 0.1 (variance 0.005): squared errors are 0.01 / 3 and 0.0025.
     * The standard error is 0.07638, and df = 0.005833² / (0.003333² / 2 + 0.0025²) = 2.882. t(2.882; 0.975) = 3.258 is
     * between the 4.303 and 3.182 of a printed table for 2 and 3.
     */
    @Test
    void intervalIsWelchsTOnLogarithms() {
        UnpairedRatio ratio = UnpairedRatio.of(exp(0.1, 0.2, 0.3), exp(0.0, 0.1)).orElseThrow();
        assertThat(ratio.logMean()).isCloseTo(0.15, within(PRECISION));
        assertThat(ratio.standardError()).isCloseTo(0.07638, within(PRECISION));
        assertThat(ratio.degreesOfFreedom()).isCloseTo(2.882, within(PRECISION));
        double t = Math.log(ratio.interval(0.95).high() / ratio.ratio()) / ratio.standardError();
        assertThat(t).isBetween(3.182, 4.303);
    }

    /** Equal variances and sizes give Student's t of 2 n - 2 degrees of freedom. */
    @Test
    void equalSpreadHasTheDegreesOfFreedomOfBoth() {
        UnpairedRatio ratio = new UnpairedRatio(5, 5, 0, 0.01, 0.01);
        assertThat(ratio.degreesOfFreedom()).isCloseTo(8, within(PRECISION));
        assertThat(ratio.halfWidth(0.95)).as("t(8; 0.975) = 2.306 from a printed table")
                .isCloseTo(
                        2.306 * Math.sqrt(0.01 / 5 + 0.01 / 5), within(PRECISION));
    }

    @Test
    void inverseTellsTheSameStory() {
        List<Double> one = List.of(0.9, 1.3, 1.0, 1.2);
        List<Double> other = List.of(1.0, 1.1, 0.7);
        Interval interval = UnpairedRatio.of(one, other).orElseThrow().interval(0.9);
        Interval inverse = UnpairedRatio.of(other, one).orElseThrow().interval(0.9);
        assertThat(inverse.low()).isCloseTo(1 / interval.high(), within(PRECISION));
        assertThat(inverse.high()).isCloseTo(1 / interval.low(), within(PRECISION));
    }

    @Test
    void oneForkHasNoInterval() {
        assertThat(UnpairedRatio.of(List.of(1.0), List.of(1.0, 2.0))).isEmpty();
        assertThat(UnpairedRatio.of(List.of(1.0, 2.0), List.of(1.0))).isEmpty();
    }

    @Test
    void noSpreadAtAllIsAnInterval() {
        UnpairedRatio ratio = UnpairedRatio.of(List.of(2.0, 2.0), List.of(1.0, 1.0)).orElseThrow();
        assertThat(ratio.interval(0.95).low()).isCloseTo(2, within(PRECISION));
        assertThat(Family.ofFixedSize(FIVE_PERCENT).judge(Map.of("", ratio)).values())
                .allMatch(judgement -> judgement.verdict() == Verdict.DIFFERENT);
    }

    @Test
    void tellsHowManyForksOfEachWouldDecide() {
        UnpairedRatio close = new UnpairedRatio(3, 4, Math.log(1.02), 0.001, 0.002);
        int forks = close.blocksToDecide(0.95, FIVE_PERCENT).orElseThrow();
        assertThat(Verdict.of(close.withBlocks(forks).interval(0.95), FIVE_PERCENT)).isEqualTo(Verdict.EQUIVALENT);
        assertThat(Verdict.of(close.withBlocks(forks - 1).interval(0.95), FIVE_PERCENT))
                .isEqualTo(Verdict.NO_DIFFERENCE_SHOWN);
    }
}
