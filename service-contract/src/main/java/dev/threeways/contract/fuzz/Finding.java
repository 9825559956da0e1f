package dev.threeways.contract.fuzz;

import org.jspecify.annotations.Nullable;

/**
 * Something wrong.
 *
 * @param rule in a few words, the same for all that break it
 * @param seen what was seen
 * @param slow whether something was not done in time, which may be the machine's fault
 * @param script null if it is not known which of a batch it was
 */
record Finding<S>(String rule, String seen, boolean slow, @Nullable S script) {}
