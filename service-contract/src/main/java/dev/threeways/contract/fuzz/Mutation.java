package dev.threeways.contract.fuzz;

import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * One kind of oddity that a message may have. A kind has many variants; a shrunk failure has the first that still
 * fails.
 *
 * @param <D> type of the mutated draft
 * @param kind its name, in tables and in {@link KnownDifference}
 * @param grave whether a message that has it carries no promise any more
 * @param changes its variants
 */
record Mutation<D>(String kind, boolean grave, Arbitrary<UnaryOperator<D>> changes) {

    static <D> Mutation<D> mild(String kind, Arbitrary<UnaryOperator<D>> changes) {
        return new Mutation<>(kind, false, changes);
    }

    /** A kind whose variants are texts, all used in the same way. */
    static <D> Mutation<D> mild(String kind, BiFunction<D, String, D> use, String... variants) {
        return mild(kind, changes(use, variants));
    }

    static <D> Mutation<D> grave(String kind, Arbitrary<UnaryOperator<D>> changes) {
        return new Mutation<>(kind, true, changes);
    }

    static <D> Mutation<D> grave(String kind, BiFunction<D, String, D> use, String... variants) {
        return grave(kind, changes(use, variants));
    }

    private static <D> Arbitrary<UnaryOperator<D>> changes(BiFunction<D, String, D> use, String... variants) {
        return Arbitraries.of(List.of(variants)).map(variant -> draft -> use.apply(draft, variant));
    }

    /** One variant of this kind. */
    Arbitrary<Change<D>> change() {
        return changes.map(variant -> new Change<>(this, variant));
    }

    /** One variant of a kind. */
    record Change<D>(Mutation<D> mutation, UnaryOperator<D> variant) {

        /**
         * Makes all changes. Grave ones come last: after them others could no longer find what they change.
         *
         * @return the changed {@code draft}
         */
        static <D> D all(List<Change<D>> changes, D draft) {
            D changed = draft;
            for (Change<D> change : changes.stream().sorted(Comparator.comparing(Change::isGrave)).toList()) {
                changed = change.variant.apply(changed);
            }
            return changed;
        }

        boolean isGrave() {
            return mutation.grave();
        }

        String kind() {
            return mutation.kind();
        }
    }
}
