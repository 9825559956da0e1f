/** From figures of blocks to what may be said of them. */
@NullMarked
package dev.threeways.comparison.statistics;

import org.jspecify.annotations.NullMarked;
