/**
 * The Java agent every measured JVM carries: answers questions that cannot be answered from outside, when asked. It
 * depends on the JDK alone, so that it brings nothing into the class path it watches.
 */
@NullMarked
package dev.threeways.comparison.probe;

import org.jspecify.annotations.NullMarked;
