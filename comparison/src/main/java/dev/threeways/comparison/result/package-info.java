/** What was measured, as it is written and read: data that know nothing of how they came about. */
@NullMarked
package dev.threeways.comparison.result;

import org.jspecify.annotations.NullMarked;
