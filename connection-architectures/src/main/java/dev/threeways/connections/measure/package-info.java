/** Measurements of what the architectures cost: each in fresh processes, several times, with intervals. */
@NullMarked
package dev.threeways.connections.measure;

import org.jspecify.annotations.NullMarked;
