/**
 * The contract of the payment handler as tests: {@link dev.threeways.contract.OrderPaymentContract} is what a service
 * extends. Its rules are numbered in docs/CONTRACT.md.
 */
@NullMarked
package dev.threeways.contract;

import org.jspecify.annotations.NullMarked;
