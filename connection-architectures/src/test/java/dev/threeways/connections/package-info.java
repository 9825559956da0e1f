@NullMarked
package dev.threeways.connections;

import org.jspecify.annotations.NullMarked;
