/**
 * The contract of the payment handler as tests, a class for each group of rules in docs/CONTRACT.md. A service extends
 * {@link dev.threeways.contract.rules.OrderPaymentContract} and
 * {@link dev.threeways.contract.rules.ServiceConnectionContract}.
 */
@NullMarked
package dev.threeways.contract.rules;

import org.jspecify.annotations.NullMarked;
