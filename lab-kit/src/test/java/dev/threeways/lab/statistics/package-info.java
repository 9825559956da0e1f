@NullMarked
package dev.threeways.lab.statistics;

import org.jspecify.annotations.NullMarked;
