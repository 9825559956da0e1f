/** Measured data as they are written and read; they know nothing of how they came about. */
@NullMarked
package dev.threeways.comparison.result;

import org.jspecify.annotations.NullMarked;
