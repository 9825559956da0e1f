/**
 * What a service tells about itself, with the same names on all three stacks: which threads there are and what for, what
 * their stacks cost, where a request spends its time, and what is full. {@code docs/OBSERVABILITY.md} lists the meters.
 */
@NullMarked
package dev.threeways.telemetry;

import org.jspecify.annotations.NullMarked;
