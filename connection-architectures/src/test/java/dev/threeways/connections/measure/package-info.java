@NullMarked
package dev.threeways.connections.measure;

import org.jspecify.annotations.NullMarked;
