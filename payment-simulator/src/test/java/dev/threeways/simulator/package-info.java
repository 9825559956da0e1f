@NullMarked
package dev.threeways.simulator;

import org.jspecify.annotations.NullMarked;
