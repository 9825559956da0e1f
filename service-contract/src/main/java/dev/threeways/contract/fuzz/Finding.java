package dev.threeways.contract.fuzz;

import java.util.List;

/**
 * Something wrong.
 *
 * @param rule in a few words, the same for all that break it
 * @param seen what was seen
 * @param slow whether something was not done in time, which may be the machine's fault
 * @param suspects scripts that may have caused it, the likeliest first; none if it may be any of the batch
 */
record Finding<S>(String rule, String seen, boolean slow, List<S> suspects) {

    Finding {
        suspects = List.copyOf(suspects);
    }
}
