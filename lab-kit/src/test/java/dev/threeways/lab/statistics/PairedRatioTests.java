package dev.threeways.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PairedRatioTests {

    private static final double PRECISION = 1e-4;

    private static final Margin FIVE_PERCENT = Margin.of(0.05);

    private static PairedRatio ratio(List<Double> numerators, List<Double> denominators) {
        return PairedRatio.of(numerators, denominators).orElseThrow();
    }

    /** Logarithms 0.1, 0.2, 0.3: mean 0.2, standard deviation 0.1; t(2; 0.975) = 4.3027 from a printed table. */
    @Test
    void intervalIsStudentsTOnLogarithms() {
        PairedRatio ratio = ratio(List.of(Math.exp(0.1), Math.exp(0.2), Math.exp(0.3)), List.of(1.0, 1.0, 1.0));
        double half = 4.3027 * 0.1 / Math.sqrt(3);
        assertThat(ratio.ratio()).isCloseTo(Math.exp(0.2), within(PRECISION));
        Interval interval = ratio.interval(0.95);
        assertThat(interval.low()).isCloseTo(Math.exp(0.2 - half), within(PRECISION));
        assertThat(interval.high()).isCloseTo(Math.exp(0.2 + half), within(PRECISION));
        assertThat(interval.relativeHalfWidth()).isCloseTo(Math.expm1(half), within(PRECISION));
        assertThat(ratio.blocks()).isEqualTo(3);
    }

    @Test
    void pairingTakesOutWhatABlockDoesToBoth() {
        Interval interval = ratio(List.of(1.1, 2.2, 4.4), List.of(1.0, 2.0, 4.0)).interval(0.95);
        assertThat(interval.low()).isCloseTo(1.1, within(PRECISION));
        assertThat(interval.high()).isCloseTo(1.1, within(PRECISION));
    }

    @Test
    void inverseTellsTheSameStory() {
        List<Double> one = List.of(0.9, 1.3, 1.0, 1.2);
        List<Double> other = List.of(1.0, 1.1, 0.7, 1.0);
        PairedRatio inverse = ratio(other, one);
        assertThat(inverse.ratio()).isCloseTo(1 / ratio(one, other).ratio(), within(PRECISION));
        assertThat(inverse.interval(0.9).low()).isCloseTo(1 / ratio(one, other).interval(0.9).high(),
                within(PRECISION));
    }

    @Test
    void oneBlockHasNoInterval() {
        assertThat(PairedRatio.of(List.of(1.0), List.of(2.0))).isEmpty();
    }

    @Test
    void refusesWhatCannotBePaired() {
        assertThatIllegalArgumentException().isThrownBy(() -> PairedRatio.of(List.of(1.0, 2.0), List.of(1.0)));
    }

    @Test
    void verdictComesFromTheWholeInterval() {
        assertThat(verdict(1.06, 1.3)).isEqualTo(Verdict.DIFFERENT);
        assertThat(verdict(0.7, 0.94)).isEqualTo(Verdict.DIFFERENT);
        assertThat(verdict(0.96, 1.04)).isEqualTo(Verdict.EQUIVALENT);
        assertThat(verdict(1.04, 1.3)).isEqualTo(Verdict.NO_DIFFERENCE_SHOWN);
        assertThat(verdict(0.5, 2.0)).isEqualTo(Verdict.NO_DIFFERENCE_SHOWN);
    }

    private static Verdict verdict(double low, double high) {
        return Verdict.of(new Interval(low, high, 0.95), FIVE_PERCENT);
    }

    @Test
    void tellsHowManyBlocksWouldDecide() {
        PairedRatio close = new PairedRatio(3, Math.log(1.02), 0.05);
        int blocks = close.blocksToDecide(0.95, FIVE_PERCENT).orElseThrow();
        assertThat(Verdict.of(new PairedRatio(blocks, Math.log(1.02), 0.05).interval(0.95), FIVE_PERCENT))
                .isEqualTo(Verdict.EQUIVALENT);
        assertThat(Verdict.of(new PairedRatio(blocks - 1, Math.log(1.02), 0.05).interval(0.95), FIVE_PERCENT))
                .isEqualTo(Verdict.NO_DIFFERENCE_SHOWN);
        assertThat(new PairedRatio(3, Math.log(1.05), 0.05).blocksToDecide(0.95, FIVE_PERCENT))
                .as("on the margin itself")
                .isEmpty();
    }
}
