@NullMarked
package dev.threeways.contract.rules;

import org.jspecify.annotations.NullMarked;
