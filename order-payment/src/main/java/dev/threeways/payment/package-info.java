/**
 * The domain: an order is paid once, through the payment API, and leaves one log line. No framework: both the servlet
 * and the reactive handler are written against these types, so what they answer and log cannot drift apart.
 */
@NullMarked
package dev.threeways.payment;

import org.jspecify.annotations.NullMarked;
