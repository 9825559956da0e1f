/** Tomcat, a platform thread per request. */
@NullMarked
package dev.threeways.blocking;

import org.jspecify.annotations.NullMarked;
