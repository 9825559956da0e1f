package dev.threeways.lab.statistics;

import static dev.threeways.lab.statistics.SimulatedExperiments.FIVE_PERCENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Checks at which confidence each comparison of a family is judged; {@link CoverageTests} shows what that is good for.
 */
class FamilyTests {

    private static List<Double> confidences(Family family, PairedRatio... ratios) {
        Map<Integer, PairedRatio> comparisons = new LinkedHashMap<>();
        for (PairedRatio ratio : ratios) {
            comparisons.put(comparisons.size(), ratio);
        }
        return family.judge(comparisons).values().stream().map(judgement -> judgement.interval().confidence()).toList();
    }

    private static PairedRatio ratio(double ratio) {
        return new PairedRatio(5, Math.log(ratio), 0.01);
    }

    @Test
    void eachThatIsDifferentLeavesMoreOfTheErrorToTheNext() {
        assertThat(confidences(Family.ofFixedSize(FIVE_PERCENT), ratio(1), ratio(2), ratio(0.6)))
                .containsExactly(1 - 0.05, 1 - 0.05 / 3, 1 - 0.05 / 2);
        assertThat(confidences(Family.ofSequentialSize(FIVE_PERCENT), ratio(1), ratio(2), ratio(0.6)))
                .containsExactly(1 - 0.025, 1 - 0.025 / 3, 1 - 0.025 / 2);
    }

    @Test
    void theFirstThatIsNotDifferentKeepsItsConfidenceForTheRest() {
        assertThat(confidences(Family.ofFixedSize(FIVE_PERCENT), ratio(1), ratio(2), ratio(1.05), ratio(1.02)))
                .containsExactly(1 - 0.05 / 3, 1 - 0.05 / 4, 1 - 0.05 / 3, 1 - 0.05 / 3);
    }

    /** A ratio of 3 with a wide spread is less certain than one of 1.5 with a narrow spread. */
    @Test
    void theFurthestIsTheMostCertain() {
        assertThat(confidences(Family.ofFixedSize(FIVE_PERCENT), new PairedRatio(5, Math.log(3), 0.5), ratio(1.5)))
                .containsExactly(1 - 0.05, 1 - 0.05 / 2);
    }
}
