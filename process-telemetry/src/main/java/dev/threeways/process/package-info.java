/**
 * What a service tells about its process, whatever it serves: which threads there are and what for, what their stacks take,
 * virtual threads, context switches, the queue of connections that nobody has accepted. It is found by being on the class
 * path, and nothing depends on it: a service that does without leaves out the dependency. {@code docs/OBSERVABILITY.md} lists
 * the meters.
 */
@NullMarked
package dev.threeways.process;

import org.jspecify.annotations.NullMarked;
