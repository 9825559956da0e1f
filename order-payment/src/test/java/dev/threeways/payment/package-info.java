@NullMarked
package dev.threeways.payment;

import org.jspecify.annotations.NullMarked;
