/**
 * The domain: an order is paid once, through the payment API, and leaves one log line. It needs no framework. Both the
 * servlet and the reactive handler use these types, so their answers and logs cannot drift apart.
 */
@NullMarked
package dev.threeways.payment;

import org.jspecify.annotations.NullMarked;
