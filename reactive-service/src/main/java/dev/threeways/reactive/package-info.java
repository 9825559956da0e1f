/**
 * The payment handler on an event loop: WebFlux on Reactor Netty, R2DBC, Reactor Netty's HTTP client. A request goes
 * from {@code PaymentController} to {@code PaymentHandler} to {@code Orders} and {@code Payments} and back; nothing on
 * its way blocks a thread.
 */
@NullMarked
package dev.threeways.reactive;

import org.jspecify.annotations.NullMarked;
