/** The books of generator, service and payment API, and whether they balance. */
@NullMarked
package dev.threeways.comparison.ledger;

import org.jspecify.annotations.NullMarked;
