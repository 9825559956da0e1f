/** What happens while a stack is measured: processes, load, warm-up, readings. */
@NullMarked
package dev.threeways.comparison.run;

import org.jspecify.annotations.NullMarked;
