/** Figures, comparisons and sentences from runs. */
@NullMarked
package dev.threeways.comparison.analysis;

import org.jspecify.annotations.NullMarked;
