@NullMarked
package dev.threeways.lab;

import org.jspecify.annotations.NullMarked;
