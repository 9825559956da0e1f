/** Open-model load on {@code POST /orders/{id}/payment}, every request recorded from its intended time. */
@NullMarked
package dev.threeways.gatling;

import org.jspecify.annotations.NullMarked;
