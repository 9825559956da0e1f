/** What a user types: to serve, to list, to measure. */
@NullMarked
package dev.threeways.connections.cli;

import org.jspecify.annotations.NullMarked;
