package dev.threeways.contract.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarTests {

    private static final int SCRIPTS = 40;

    static Stream<String> kinds() {
        return new Grammar().mutations().stream().map(Mutation::kind);
    }

    static Stream<String> replyKinds() {
        return ReplyMutations.all().stream().map(Mutation::kind);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void eachKindIsThereWhenItsTurnHasCome(String kind) {
        assertThat(scripts(kind)).filteredOn(script -> script.features().contains(kind))
                .hasSizeGreaterThan(SCRIPTS / 2);
    }

    @ParameterizedTest
    @MethodSource("replyKinds")
    void eachKindOfReplyIsThereWhenItsTurnHasCome(String kind) {
        Mutation<Reply> mutation = ReplyMutations.all()
                .stream()
                .filter(one -> one.kind().equals(kind))
                .findFirst()
                .orElseThrow();

        assertThat(drawn(ApiScript.with(mutation))).filteredOn(script -> script.features().contains(kind))
                .hasSizeGreaterThan(SCRIPTS / 2);
    }

    @Test
    void kindsHaveNamesOfTheirOwn() {
        assertThat(kinds()).doesNotHaveDuplicates();
        assertThat(replyKinds()).doesNotHaveDuplicates();
    }

    @Test
    void connectionsAreFreshAndUsedKeptAndClosedTornAndNot() {
        List<Script> scripts = scripts("query");

        assertThat(scripts).extracting(Script::used).contains(true, false);
        assertThat(scripts).extracting(Script::pipelined).contains(true, false);
        assertThat(scripts).extracting(Script::ending).contains(Script.Ending.values());
        assertThat(scripts).extracting(script -> script.cuts().isEmpty()).contains(true, false);
        assertThat(scripts).extracting(script -> script.messages().size()).contains(1, 2, 3);
    }

    @Test
    void theSameSeedDrawsTheSameScripts() {
        assertThat(scripts("accept")).isEqualTo(scripts("accept"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"coding-unknown", "coding-several", "coding-odd", "length-odd", "lengths-differ",
            "length-and-coding", "coding-http-1.0", "body-hides"})
    void whatSmugglesHidesARequest(String kind) {
        assertThat(scripts(kind)).flatExtracting(Script::messages)
                .filteredOn(Message::hides)
                .hasSizeGreaterThan(SCRIPTS / 4)
                .allSatisfy(message -> assertThat(message.head()).contains(Draft.HIDDEN_KEY));
    }

    @Test
    void nothingIsSaidOfARequestHiddenWhereTheFramingMayBeBroken() {
        Mutation<Draft> hiding = mutation("coding-unknown");
        Mutation<Draft> breaking = mutation("byte-put");
        Message[] message = new Message[1];
        JqwikSession.run(() -> message[0] = Message.of(List.of(hiding.change().sample(), breaking.change().sample())));

        assertThat(message[0].head()).contains(Draft.HIDDEN_KEY);
        assertThat(message[0].hides()).isFalse();
    }

    @Test
    void nobodyWaitsForTheRestOfARequestThatIsNotWhole() {
        assertThat(scripts("body-short")).filteredOn(script -> script.messages().stream().anyMatch(Message::open))
                .isNotEmpty()
                .extracting(Script::ending)
                .doesNotContain(Script.Ending.KEEP);
    }

    @Test
    void eachExecutionHasKeysOfItsOwn() {
        Script script = scripts("coding-unknown").getFirst();
        Set<String> keys = new HashSet<>();
        for (int execution = 0; execution < 2; execution++) {
            Stream.of(script.opening(execution), script.middle(execution), script.end(execution))
                    .flatMap(List::stream)
                    .flatMap(part -> part.head().lines())
                    .filter(line -> line.startsWith("Idempotency-Key: "))
                    .forEach(line -> assertThat(keys.add(line)).as(line).isTrue());
        }

        assertThat(keys).isNotEmpty();
    }

    private static List<Script> scripts(String kind) {
        return drawn(new Grammar().scripts(mutation(kind)));
    }

    private static Mutation<Draft> mutation(String kind) {
        return new Grammar().mutations()
                .stream()
                .filter(mutation -> mutation.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static <T> List<T> drawn(Arbitrary<T> arbitrary) {
        List<T> drawn = new ArrayList<>();
        JqwikSession.run(() -> {
            var generator = arbitrary.generator(1_000, false);
            Random random = new Random(1);
            for (int i = 0; i < SCRIPTS; i++) {
                drawn.add(generator.next(random).value());
            }
        });
        return drawn;
    }
}
