package dev.threeways.contract.fuzz;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Replies of the payment API to one caller's payments, one after another. Afterwards it is well again. */
record ApiScript(List<Reply> replies) {

    ApiScript {
        replies = List.copyOf(replies);
    }

    /** Scripts in which one reply has a mutation of this kind. */
    static Arbitrary<ApiScript> with(Mutation<Reply> kind) {
        List<Mutation<Reply>> mutations = ReplyMutations.all();
        List<Mutation<Reply>> mild = mutations.stream().filter(mutation -> !mutation.grave()).toList();
        Arbitrary<Reply> odd = Combinators
                .combine(kind.change(), few(Arbitraries.of(mild).flatMap(Mutation::change), 1))
                .as((change, others) -> reply(Stream.concat(Stream.of(change), others.stream()).toList()));
        // Nearly always odd. A failure with another cause shrinks to a good one.
        Arbitrary<Reply> main = Arbitraries.frequencyOf(Tuple.of(1, Arbitraries.just(Reply.well())), Tuple.of(99, odd));
        Arbitrary<Reply> other = Arbitraries.of(mutations)
                .flatMap(Mutation::change)
                .map(change -> reply(List.of(change)));
        return Combinators.combine(few(other, 1), main, few(other, 1)).as((before, reply, after) -> {
            List<Reply> others = Stream.of(before, after).flatMap(List::stream).toList();
            return new ApiScript(reply.kinds().isEmpty() && !others.isEmpty()
                    ? others
                    : Stream.of(before, List.of(reply), after).flatMap(List::stream).toList());
        });
    }

    private static Reply reply(List<Mutation.Change<Reply>> changes) {
        return Mutation.Change.all(changes, Reply.well()).named(changes);
    }

    private static <T> Arbitrary<List<T>> few(Arbitrary<T> elements, int max) {
        return Arbitraries.frequencyOf(Tuple.of(4, Arbitraries.just(List.<T>of())),
                Tuple.of(1, elements.list().ofMinSize(1).ofMaxSize(max)));
    }

    Set<String> features() {
        Set<String> features = new TreeSet<>();
        replies.forEach(reply -> features.addAll(reply.kinds()));
        return features;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("the payment API replies to one payment after another\n");
        replies.forEach(reply -> text.append(reply.shown()));
        return text.append("  and is well again\n").toString();
    }
}
