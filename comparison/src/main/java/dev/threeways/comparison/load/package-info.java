/** The load generator: its process, its schedules, what it can do, and the search for the highest rate. */
@NullMarked
package dev.threeways.comparison.load;

import org.jspecify.annotations.NullMarked;
