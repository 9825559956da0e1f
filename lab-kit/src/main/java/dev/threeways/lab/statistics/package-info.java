/** Ratios of figures, their intervals and verdicts. */
@NullMarked
package dev.threeways.lab.statistics;

import org.jspecify.annotations.NullMarked;
