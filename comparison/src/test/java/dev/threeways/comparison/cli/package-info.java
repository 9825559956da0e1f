@NullMarked
package dev.threeways.comparison.cli;

import org.jspecify.annotations.NullMarked;
