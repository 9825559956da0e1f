/**
 * Two fuzzers: {@link dev.threeways.contract.fuzz.CallerFuzz} sends the three services what a caller might.
 * {@link dev.threeways.contract.fuzz.FuzzContract} runs both.
 */
@NullMarked
package dev.threeways.contract.fuzz;

import org.jspecify.annotations.NullMarked;
