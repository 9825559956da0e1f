@NullMarked
package dev.threeways.comparison.analysis;

import org.jspecify.annotations.NullMarked;
