package dev.threeways.contract.fuzz;

import java.util.List;

/**
 * A broken rule, as observed.
 *
 * @param rule in a few words, the same for all that break it
 * @param seen observation that breaks the rule
 * @param excusable whether the fault may be an overloaded machine's, or another script's of the same batch; it then
 * counts only if seen again with one script alone
 * @param suspects scripts that may have caused it, the likeliest first; none if it may be any of the batch
 */
record Finding<S>(String rule, String seen, boolean excusable, List<S> suspects) {

    Finding {
        suspects = List.copyOf(suspects);
    }
}
