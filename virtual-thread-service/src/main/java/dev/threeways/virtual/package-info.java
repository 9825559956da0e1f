/** Tomcat, a virtual thread per request. */
@NullMarked
package dev.threeways.virtual;

import org.jspecify.annotations.NullMarked;
