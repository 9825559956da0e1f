/** What a user types: the commands, and the experiment they run. */
@NullMarked
package dev.threeways.comparison.cli;

import org.jspecify.annotations.NullMarked;
