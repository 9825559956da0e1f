package dev.threeways.comparison.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddedWorkTests {

    /** Two CPUs that do nothing else serve 1,000 requests/s of 2 ms each; twice as many are 80 % of 2,500. */
    @Test
    void theLeastWorkKeepsThePeakWithinWhatTheGeneratorGives() {
        AddedWork work = AddedWork.least(2_500, 2, 2, 5_000);
        assertThat(work.cpuMillis()).isEqualTo(2);
        assertThat(work.iterations()).isEqualTo(10_000);
        assertThat(AddedWork.least(2_400, 2, 2, 5_000).iterations()).as("rounded up").isEqualTo(20_000);
        assertThat(AddedWork.of(2, work.properties())).isEqualTo(work);
    }

    @ParameterizedTest
    @CsvSource({"0.2,1", "1,1", "1.1,2", "5,5", "5.1,10", "4150,5000", "10000,10000", "10001,20000", "99999,100000"})
    void iterationsAreRoundedUp(double iterations, int expected) {
        assertThat(AddedWork.roundedUp(iterations)).isEqualTo(expected);
    }

    @Test
    void aScenarioWithWorkOfItsOwnIsLeftAlone() {
        assertThat(AddedWork.isIn(ScenarioFile.named("cpu-bound"))).isTrue();
        assertThat(AddedWork.isIn(ScenarioFile.named("overload"))).isFalse();
    }
}
