/** Processes, the machine they run on, and what the kernel tells about them. */
@NullMarked
package dev.threeways.lab.process;

import org.jspecify.annotations.NullMarked;
