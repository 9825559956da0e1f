package dev.threeways.contract.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.contract.fuzz.FuzzReport.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

class CallerFuzzTests {

    private static final long SEED = 1;

    @Test
    void stacksThatDoTheSamePass() {
        FuzzReport report = run(FakeStack::strict, FakeStack::strict, List.of());

        assertThat(report.failures()).isEmpty();
        assertThat(report.statuses().toString()).contains("query").contains("400×").contains("200×");
    }

    @Test
    void aDifferenceIsFoundAndMadeSmall() {
        FuzzReport report = run(FakeStack::strict,
                head -> head.startsWith("CONNECT ") ? 418 : FakeStack.strict(head), List.of());

        assertThat(report.failures()).hasSize(1);
        Failure failure = report.failures().getFirst();
        assertThat(failure.rule()).isEqualTo("the stacks do the same");
        assertThat(failure.text()).contains("one", "[400]", "other", "[418]", "on a fresh connection\n",
                "#1 [connect]\n    CONNECT 127.0.0.1:80 HTTP/1.1\\r\\n\n").doesNotContain("#2");
        assertThat(report.complaint()).contains("-Dfuzz.seed=" + SEED);
    }

    @Test
    void aKnownDifferenceIsNoFailureAndIsCounted() {
        KnownDifference known = new KnownDifference("C-0", Set.of("connect"), "RFC 0, 0", "a test",
                plain -> plain.replace("POST /orders/42/payment", "CONNECT 127.0.0.1:80"),
                seen -> seen.stream().map(one -> seen.getFirst()).toList());

        FuzzReport report = run(FakeStack::strict,
                head -> head.startsWith("CONNECT ") ? 418 : FakeStack.strict(head), List.of(known));

        assertThat(report.failures()).isEmpty();
        assertThat(report.known().get(known)).isPositive();
    }

    @Test
    void aSmuggledRequestIsFoundEvenIfAllStacksLetItPass() {
        ToIntFunction<String> careless = head -> head.contains("Transfer-Encoding:")
                ? 200
                : FakeStack.strict(head);

        FuzzReport report = run(careless, careless, List.of());

        assertThat(report.failures()).extracting(Failure::rule)
                .contains("a request hidden in another is not paid");
        assertThat(report.failures()).filteredOn(failure -> failure.rule().startsWith("a request hidden"))
                .allSatisfy(failure -> assertThat(failure.text()).contains("[coding-"));
    }

    @Test
    void anAnswerThatBlamesTheServiceIsFoundEvenIfAllStacksGiveIt() {
        ToIntFunction<String> weak = head -> head.contains("?") ? 500 : FakeStack.strict(head);

        assertThat(run(weak, weak, List.of()).failures()).extracting(Failure::rule)
                .contains("no answer blames a service or backend that is well");
    }

    /** Runs as many scripts as there are kinds, and no more. */
    private static FuzzReport run(ToIntFunction<String> one, ToIntFunction<String> other, List<KnownDifference> known) {
        try (FakeStack first = new FakeStack("one", one); FakeStack second = new FakeStack("other", other)) {
            return new CallerFuzz(List.of(first, second), FakeStack::paymentId, known, SEED).run(Duration.ZERO);
        }
    }
}
