package dev.threeways.contract.fuzz;

import java.util.List;

/**
 * Something wrong.
 *
 * @param rule in a few words, the same for all that break it
 * @param seen what was seen
 * @param excusable whether the fault may be the machine's, which has too much to do, or another script's of the same batch;
 * then it counts only if it is seen again with one script alone
 * @param suspects scripts that may have caused it, the likeliest first; none if it may be any of the batch
 */
record Finding<S>(String rule, String seen, boolean excusable, List<S> suspects) {

    Finding {
        suspects = List.copyOf(suspects);
    }
}
