@NullMarked
package dev.threeways.comparison.statistics;

import org.jspecify.annotations.NullMarked;
