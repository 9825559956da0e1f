package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.threeways.comparison.Ratio.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatioTests {

    private static final double PRECISION = 1e-4;

    /** Logarithms 0.1, 0.2, 0.3: mean 0.2, standard deviation 0.1; t(2; 0.975) = 4.3027 from a printed table. */
    @Test
    void intervalIsStudentsTOnLogarithms() {
        Ratio ratio = Ratio.of(List.of(Math.exp(0.1), Math.exp(0.2), Math.exp(0.3)), List.of(1.0, 1.0, 1.0))
                .orElseThrow();
        double margin = 4.3027 * 0.1 / Math.sqrt(3);
        assertThat(ratio.mean()).isCloseTo(Math.exp(0.2), within(PRECISION));
        assertThat(ratio.low()).isCloseTo(Math.exp(0.2 - margin), within(PRECISION));
        assertThat(ratio.high()).isCloseTo(Math.exp(0.2 + margin), within(PRECISION));
        assertThat(ratio.rounds()).isEqualTo(3);
    }

    @Test
    void pairingTakesOutWhatARoundDoesToBoth() {
        Ratio ratio = Ratio.of(List.of(1.1, 2.2, 4.4), List.of(1.0, 2.0, 4.0)).orElseThrow();
        assertThat(ratio.low()).isCloseTo(1.1, within(PRECISION));
        assertThat(ratio.high()).isCloseTo(1.1, within(PRECISION));
    }

    @Test
    void inverseTellsTheSameStory() {
        List<Double> one = List.of(0.9, 1.3, 1.0, 1.2);
        List<Double> other = List.of(1.0, 1.1, 0.7, 1.0);
        Ratio ratio = Ratio.of(one, other).orElseThrow();
        Ratio inverse = Ratio.of(other, one).orElseThrow();
        assertThat(inverse.mean()).isCloseTo(1 / ratio.mean(), within(PRECISION));
        assertThat(inverse.low()).isCloseTo(1 / ratio.high(), within(PRECISION));
    }

    @Test
    void oneRoundHasNoInterval() {
        assertThat(Ratio.of(List.of(1.0), List.of(2.0))).isEmpty();
    }

    @Test
    void refusesWhatCannotBePaired() {
        assertThatIllegalArgumentException().isThrownBy(() -> Ratio.of(List.of(1.0, 2.0), List.of(1.0)));
    }

    @Test
    void verdictComesFromTheWholeInterval() {
        assertThat(new Ratio(5, 1.2, 1.06, 1.3).verdict()).isEqualTo(Verdict.DIFFERENT);
        assertThat(new Ratio(5, 0.8, 0.7, 0.94).verdict()).isEqualTo(Verdict.DIFFERENT);
        assertThat(new Ratio(5, 1.0, 0.96, 1.04).verdict()).isEqualTo(Verdict.NO_DIFFERENCE);
        assertThat(new Ratio(5, 1.2, 1.04, 1.3).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(new Ratio(5, 1.0, 0.5, 2.0).verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void fewRoundsArePreliminary() {
        assertThat(new Ratio(4, 1, 1, 1).isPreliminary()).isTrue();
        assertThat(new Ratio(5, 1, 1, 1).isPreliminary()).isFalse();
    }
}
