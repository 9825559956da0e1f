/**
 * Telemetry of a service's process, whatever it serves: threads by role, their stacks, virtual threads, context
 * switches, the queue of connections to accept. It is found by being on the class path, and nothing depends on it: a
 * service leaves it out by leaving out the dependency. {@code docs/OBSERVABILITY.md} lists the meters.
 */
@NullMarked
package dev.threeways.process;

import org.jspecify.annotations.NullMarked;
