/**
 * A service's surroundings on a machine without containers: an embedded PostgreSQL with the orders in it, and services
 * as child JVMs. Everything started here is also ended here, however the JVM ends.
 */
@NullMarked
package dev.threeways.backends;

import org.jspecify.annotations.NullMarked;
