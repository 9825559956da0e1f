/** From runs to figures, comparisons and sentences. */
@NullMarked
package dev.threeways.comparison.analysis;

import org.jspecify.annotations.NullMarked;
