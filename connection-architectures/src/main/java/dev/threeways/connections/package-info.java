/**
 * Ways to take connections: who listens, who accepts, who reads and finds requests in the stream, and who handles them.
 * Each is a {@link dev.threeways.connections.ConnectionServer} of its own in plain Java.
 */
@NullMarked
package dev.threeways.connections;

import org.jspecify.annotations.NullMarked;
