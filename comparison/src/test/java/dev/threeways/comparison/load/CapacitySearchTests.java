package dev.threeways.comparison.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.threeways.comparison.result.Result;
import org.junit.jupiter.api.Test;

class CapacitySearchTests {

    private static final long RUNG = Result.Capacity.RUNG.toMillis();

    private static LoadGenerator.Progress progress(long atMillis, long ended, long failed, long slow, long inFlight) {
        return new LoadGenerator.Progress("measure", atMillis, ended, ended + inFlight, 0, ended, failed, slow, 0L, 0L);
    }

    @Test
    void everyRungIsATenthHigherUpToTheLimit() {
        double[] rates = CapacitySearch.rates(100, 200, Result.Capacity.STEP);
        assertThat(rates[0]).isEqualTo(100);
        assertThat(rates[rates.length - 1]).isEqualTo(200);
        for (int i = 1; i < rates.length; i++) {
            assertThat(rates[i] / rates[i - 1]).isBetween(1.0, 1.13);
        }
        assertThat(CapacitySearch.ladder(rates)).hasSameSizeAs(rates);
    }

    @Test
    void climbsUntilTheObjectiveIsMissed() {
        CapacitySearch search = new CapacitySearch(CapacitySearch.rates(100, 1_000, Result.Capacity.STEP));
        assertThat(search.goesOn(progress(RUNG - 1, 590, 0, 0, 5), 0)).as("in the middle of a rung").isTrue();
        assertThat(search.goesOn(progress(RUNG, 600, 0, 5, 5), 0)).isTrue();
        assertThat(search.goesOn(progress(2 * RUNG, 1_272, 0, 10, 5), 0)).isTrue();
        assertThat(search.goesOn(progress(3 * RUNG, 2_000, 0, 100, 5), 0)).as("90 of 728 were slow").isTrue();
        assertThat(search.goesOn(progress(4 * RUNG, 2_800, 0, 200, 5), 0)).as("and again").isFalse();
        assertThat(search.rungs()).extracting(Result.Rung::isGood).containsExactly(true, true, false, false);
        assertThat(search.rate()).isEqualTo(112, within(1e-9));
    }

    /** One rung may be broken by a machine that did something else for a second. */
    @Test
    void oneRungThatIsBrokenEndsNothing() {
        CapacitySearch search = new CapacitySearch(CapacitySearch.rates(100, 1_000, Result.Capacity.STEP));
        assertThat(search.goesOn(progress(RUNG, 600, 0, 50, 5), 0)).as("the first").isTrue();
        assertThat(search.goesOn(progress(2 * RUNG, 1_272, 0, 50, 5), 0)).isTrue();
        assertThat(search.goesOn(progress(3 * RUNG, 2_000, 0, 100, 5), 0)).as("another").isTrue();
        assertThat(search.goesOn(progress(4 * RUNG, 2_800, 0, 100, 5), 0)).isTrue();
        assertThat(search.rate()).isEqualTo(100 * Math.pow(Result.Capacity.STEP, 3), within(1e-9));
    }

    @Test
    void oneRateIsTriedAgainOnlyIfItWasBroken() {
        assertThat(new CapacitySearch(new double[]{100, 100}).goesOn(progress(RUNG, 600, 0, 0, 5), 0)).isFalse();
        CapacitySearch search = new CapacitySearch(new double[]{100, 100});
        assertThat(search.goesOn(progress(RUNG, 600, 0, 60, 5), 0)).isTrue();
        assertThat(search.goesOn(progress(2 * RUNG, 1_200, 0, 60, 5), 0)).isFalse();
        assertThat(search.rungs().getLast().isGood()).isTrue();
        assertThat(search.rate()).isEqualTo(100);
    }

    @Test
    void failuresCountMoreThanSlowOnes() {
        assertThat(CapacitySearch.rung(100, progress(0, 0, 0, 0, 0), progress(1, 10_000, 0, 100, 0)).isGood()).isTrue();
        assertThat(CapacitySearch.rung(100, progress(0, 0, 0, 0, 0), progress(1, 10_000, 0, 101, 0)).isGood())
                .isFalse();
        assertThat(CapacitySearch.rung(100, progress(0, 0, 0, 0, 0), progress(1, 10_000, 9, 0, 0)).isGood()).isTrue();
        assertThat(CapacitySearch.rung(100, progress(0, 0, 0, 0, 0), progress(1, 10_000, 10, 0, 0)).isGood()).isFalse();
    }

    @Test
    void whoFallsBehindHasMissedIt() {
        assertThat(CapacitySearch.rung(100, progress(0, 0, 0, 0, 0), progress(1, 600, 0, 0, 201)).isGood()).isFalse();
        assertThat(CapacitySearch.rung(100, progress(0, 0, 0, 0, 0), progress(1, 0, 0, 0, 0)).isGood())
                .as("nothing was answered")
                .isFalse();
    }

    @Test
    void whoCannotBearTheLowestRungIsTriedARungBelowIt() {
        CapacitySearch search = new CapacitySearch(CapacitySearch.rates(100, 1_000, Result.Capacity.STEP));
        assertThat(search.goesOn(progress(RUNG, 600, 600, 0, 0), 0)).isTrue();
        assertThat(search.goesOn(progress(2 * RUNG, 1_272, 1_272, 0, 0), 0)).isFalse();
        assertThat(search.rate()).isEqualTo(100 / Result.Capacity.STEP, within(1e-9));
    }
}
