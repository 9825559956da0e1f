package dev.threeways.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudentizedRangeTests {

    /** Values of printed tables (H. L. Harter, 1960). */
    @ParameterizedTest
    @CsvSource({"0.95, 2, 10, 3.151", "0.95, 3, 2, 8.331", "0.95, 3, 8, 4.041", "0.95, 3, 10, 3.877",
            "0.95, 3, 14, 3.701", "0.95, 4, 12, 4.199", "0.95, 7, 30, 4.464", "0.95, 10, 120, 4.560",
            "0.99, 3, 8, 5.635", "0.99, 3, 10, 5.270", "0.99, 5, 20, 5.293"})
    void quantilesAreThoseOfTheTables(double probability, int groups, int degreesOfFreedom, double quantile) {
        assertThat(new StudentizedRange(groups, degreesOfFreedom).inverseCumulativeProbability(probability))
                .isCloseTo(quantile, within(0.0006));
    }

    /** The range of two means is their difference, whose error is √2 times a mean's. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 14, 30, 100, 1_000})
    void rangeOfTwoGroupsIsStudentsT(int degreesOfFreedom) {
        StudentizedRange two = new StudentizedRange(2, degreesOfFreedom);
        TDistribution t = TDistribution.of(degreesOfFreedom);
        for (double confidence : new double[]{0.5, 0.9, 0.95, 0.975, 0.99}) {
            double quantile = Math.sqrt(2) * t.inverseCumulativeProbability((1 + confidence) / 2);
            assertThat(two.cumulativeProbability(quantile)).isCloseTo(confidence,
                    within(degreesOfFreedom < 3 ? 1e-5 : 1e-10));
            assertThat(two.inverseCumulativeProbability(confidence)).isCloseTo(quantile,
                    withinPercentage(degreesOfFreedom < 3 ? 0.02 : 1e-6));
        }
    }

    @Test
    void quantileIsWhereTheProbabilityIs() {
        StudentizedRange five = new StudentizedRange(5, 16);
        for (double probability : new double[]{0.1, 0.5, 0.95, 0.975}) {
            assertThat(five.cumulativeProbability(five.inverseCumulativeProbability(probability)))
                    .isCloseTo(probability, within(1e-9));
        }
        assertThat(five.cumulativeProbability(0)).isZero();
    }

    @Test
    void refusesWhatHasNoRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StudentizedRange(1, 8));
        assertThatIllegalArgumentException().isThrownBy(() -> new StudentizedRange(3, 0));
    }
}
