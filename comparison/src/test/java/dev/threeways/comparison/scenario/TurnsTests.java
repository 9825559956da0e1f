package dev.threeways.comparison.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.scenario.Scenario.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnsTests {

    private static final Turns THREE = new Turns(3, Duration.ofSeconds(2));

    private static Step step(int seconds, double times) {
        return new Step(Duration.ofSeconds(seconds), times);
    }

    @Test
    void theLoadIsTheSameWithSilenceForTheOthersTurns() {
        assertThat(THREE.spread(List.of(step(5, 1)))).containsExactly(step(2, 1), step(4, 0), step(2, 1), step(4, 0),
                step(1, 1));
    }

    @Test
    void whoIsAloneIsLoadedAllTheTime() {
        List<Step> steps = List.of(step(5, 1), step(2, 3));
        for (Turns alone : List.of(Turns.NONE, new Turns(1, Duration.ofSeconds(2)))) {
            assertThat(alone.spread(steps)).isEqualTo(steps);
            assertThat(alone.loadedMicros(7_300_000)).isEqualTo(7_300_000);
            assertThat(alone.sinceBeginMicros(7_300_000)).isEqualTo(7_300_000);
        }
    }

    @ParameterizedTest
    @CsvSource({"-300,-300", "0,0", "1999,1999", "2000,2000", "5999,2000", "6000,2000", "6500,2500", "9000,4000",
            "13000,5000"})
    void whatIsDueInBetweenBelongsToTheTurnBefore(long millis, long loadedMillis) {
        assertThat(THREE.loadedMicros(millis * 1000)).isEqualTo(loadedMillis * 1000);
    }

    @Test
    void aSecondOfLoadBeginsWhereItsTurnDoes() {
        assertThat(List.of(0L, 1L, 2L, 3L, 4L)
                .stream()
                .map(second -> THREE.sinceBeginMicros(second * 1_000_000)
                        / 1_000_000))
                .containsExactly(0L, 1L, 6L, 7L, 12L);
    }
}
