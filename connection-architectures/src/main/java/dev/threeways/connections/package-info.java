/**
 * The ways a server can take connections, each a {@link dev.threeways.connections.ConnectionServer} of its own in plain
 * Java: who listens, who accepts, who reads and finds requests in the stream, and who handles them.
 */
@NullMarked
package dev.threeways.connections;

import org.jspecify.annotations.NullMarked;
