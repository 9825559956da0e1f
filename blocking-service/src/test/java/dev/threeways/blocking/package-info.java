@NullMarked
package dev.threeways.blocking;

import org.jspecify.annotations.NullMarked;
