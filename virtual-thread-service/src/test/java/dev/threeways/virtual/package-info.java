@NullMarked
package dev.threeways.virtual;

import org.jspecify.annotations.NullMarked;
