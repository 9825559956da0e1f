/** What is read of a service: its meters, its process, its JVM, its jar. */
@NullMarked
package dev.threeways.comparison.observe;

import org.jspecify.annotations.NullMarked;
