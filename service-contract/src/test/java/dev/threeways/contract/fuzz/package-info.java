@NullMarked
package dev.threeways.contract.fuzz;

import org.jspecify.annotations.NullMarked;
