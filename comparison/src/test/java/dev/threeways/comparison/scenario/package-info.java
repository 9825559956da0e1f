@NullMarked
package dev.threeways.comparison.scenario;

import org.jspecify.annotations.NullMarked;
