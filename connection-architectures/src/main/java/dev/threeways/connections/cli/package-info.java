/** User commands: serve, list, measure. */
@NullMarked
package dev.threeways.connections.cli;

import org.jspecify.annotations.NullMarked;
