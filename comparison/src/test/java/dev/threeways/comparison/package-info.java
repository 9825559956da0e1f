@NullMarked
package dev.threeways.comparison;

import org.jspecify.annotations.NullMarked;
