@NullMarked
package dev.threeways.process;

import org.jspecify.annotations.NullMarked;
