@NullMarked
package dev.threeways.contract;

import org.jspecify.annotations.NullMarked;
