/**
 * What a service needs around it on a machine without containers: an embedded PostgreSQL with the orders in it, child
 * JVMs that start, become ready and stop, free ports. Whatever is started here is also ended here, however the JVM ends.
 */
@NullMarked
package dev.threeways.backends;

import org.jspecify.annotations.NullMarked;
