@NullMarked
package dev.threeways.comparison.ledger;

import org.jspecify.annotations.NullMarked;
