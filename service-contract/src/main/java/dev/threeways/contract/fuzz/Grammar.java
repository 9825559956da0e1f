package dev.threeways.contract.fuzz;

import dev.threeways.contract.fuzz.Mutation.Change;
import dev.threeways.contract.fuzz.Script.Ending;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** All scripts that a caller may follow. */
final class Grammar {

    private static final int LAST_CUT = 999;

    private final List<Mutation<Draft>> mutations = Stream
            .of(RequestMutations.all(), FramingMutations.all(), SyntaxMutations.all())
            .flatMap(List::stream)
            .toList();

    List<Mutation<Draft>> mutations() {
        return mutations;
    }

    /** Scripts in which one message has a mutation of this kind. */
    Arbitrary<Script> scripts(Mutation<Draft> kind) {
        Arbitrary<Message> odd = Combinators.combine(kind.change(), few(changes(), 1))
                .as((change, others) -> Message.of(Stream.concat(Stream.of(change), others.stream()).toList()));
        // Nearly always odd. A failure with another cause shrinks to a plain one.
        Arbitrary<Message> main = Arbitraries.frequencyOf(Tuple.of(1, Arbitraries.just(Message.PLAIN)),
                Tuple.of(99, odd));
        Arbitrary<Message> other = Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(Message.PLAIN)),
                Tuple.of(1, changes().map(change -> Message.of(List.of(change)))));
        return Combinators.combine(Arbitraries.of(false, true), few(other, 1), main, few(other, 2), seldom(),
                few(Arbitraries.integers().between(1, LAST_CUT), 4),
                Arbitraries.frequency(Tuple.of(6, Ending.KEEP), Tuple.of(3, Ending.HALF_CLOSE),
                        Tuple.of(1, Ending.RESET)),
                Arbitraries.of(false, true)).as((used, before, message, after, pipelined, cuts, ending, followed) -> {
                    List<Message> others = Stream.of(before, after).flatMap(List::stream).toList();
                    boolean needless = message.equals(Message.PLAIN) && !others.isEmpty();
                    return new Script(used, needless
                            ? others
                            : Stream.of(before, List.of(message), after).flatMap(List::stream).toList(), pipelined,
                            cuts,
                            ending, followed);
                });
    }

    private Arbitrary<Change<Draft>> changes() {
        return Arbitraries.of(mutations).flatMap(Mutation::change);
    }

    private static Arbitrary<Boolean> seldom() {
        return Arbitraries.frequency(Tuple.of(3, false), Tuple.of(1, true));
    }

    /** Mostly none, so that a script says something about its main message. */
    private static <T> Arbitrary<List<T>> few(Arbitrary<T> elements, int max) {
        return Arbitraries.frequencyOf(Tuple.of(2, Arbitraries.just(List.<T>of())),
                Tuple.of(1, elements.list().ofMinSize(1).ofMaxSize(max)));
    }
}
