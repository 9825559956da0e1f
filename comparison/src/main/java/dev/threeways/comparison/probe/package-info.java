/**
 * The Java agent in every measured JVM: answers, when queried, what cannot be seen from outside. It depends on the JDK
 * alone, so that it brings nothing into the class path it watches.
 */
@NullMarked
package dev.threeways.comparison.probe;

import org.jspecify.annotations.NullMarked;
