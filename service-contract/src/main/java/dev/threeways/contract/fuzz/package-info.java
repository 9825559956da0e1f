/**
 * Two fuzzers. {@link dev.threeways.contract.fuzz.CallerFuzz} sends the services anything a caller might.
 * {@link dev.threeways.contract.fuzz.PaymentApiFuzz} sends them anything a payment API might.
 * {@link dev.threeways.contract.fuzz.FuzzContract} runs both.
 */
@NullMarked
package dev.threeways.contract.fuzz;

import org.jspecify.annotations.NullMarked;
