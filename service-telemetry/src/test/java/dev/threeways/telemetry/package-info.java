@NullMarked
package dev.threeways.telemetry;

import org.jspecify.annotations.NullMarked;
