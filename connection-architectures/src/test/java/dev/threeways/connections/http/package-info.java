@NullMarked
package dev.threeways.connections.http;

import org.jspecify.annotations.NullMarked;
