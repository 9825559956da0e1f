@NullMarked
package dev.threeways.comparison.load;

import org.jspecify.annotations.NullMarked;
