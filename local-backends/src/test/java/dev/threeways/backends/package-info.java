@NullMarked
package dev.threeways.backends;

import org.jspecify.annotations.NullMarked;
