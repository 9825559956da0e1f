/** The records of generator, service and payment API, and whether they reconcile. */
@NullMarked
package dev.threeways.comparison.ledger;

import org.jspecify.annotations.NullMarked;
