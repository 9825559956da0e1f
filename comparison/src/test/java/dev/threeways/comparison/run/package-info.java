@NullMarked
package dev.threeways.comparison.run;

import org.jspecify.annotations.NullMarked;
