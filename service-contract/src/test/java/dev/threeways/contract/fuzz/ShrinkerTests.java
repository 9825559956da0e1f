package dev.threeways.contract.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.contract.fuzz.Script.Ending;
import java.time.Duration;
import java.util.Random;
import java.util.function.Predicate;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShrinkerTests {

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

    @ParameterizedTest
    @ValueSource(strings = {"query", "coding-unknown", "host-odd", "expect"})
    void onlyTheKindThatMattersIsLeft(String kind) {
        Script smallest = smallest(kind, script -> script.features().contains(kind));

        assertThat(smallest.features()).containsExactly(kind);
        assertThat(smallest.messages()).hasSize(1);
    }

    @Test
    void whatHasNothingToDoWithAnyKindIsShownWithoutOne() {
        assertThat(smallest("query", script -> script.ending() == Ending.HALF_CLOSE).features())
                .containsExactly("(HALF_CLOSE)");
    }

    private static Script smallest(String kind, Predicate<Script> fails) {
        Script[] smallest = new Script[1];
        JqwikSession.run(() -> {
            var generator = new Grammar().scripts(mutation(kind)).generator(1_000, false);
            Random random = new Random(7);
            Shrinkable<Script> failing = generator.next(random);
            while (!fails.test(failing.value()) || failing.value().messages().size() < 3) {
                failing = generator.next(random);
            }
            smallest[0] = new Shrinker(16, LONG_ENOUGH)
                    .smallest(failing, scripts -> scripts.stream().map(fails::test).toList())
                    .value();
        });
        return smallest[0];
    }

    private static Mutation<Draft> mutation(String kind) {
        return new Grammar().mutations()
                .stream()
                .filter(mutation -> mutation.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }
}
