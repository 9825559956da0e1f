@NullMarked
package dev.threeways.comparison.result;

import org.jspecify.annotations.NullMarked;
