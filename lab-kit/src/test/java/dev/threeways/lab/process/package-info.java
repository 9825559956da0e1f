@NullMarked
package dev.threeways.lab.process;

import org.jspecify.annotations.NullMarked;
