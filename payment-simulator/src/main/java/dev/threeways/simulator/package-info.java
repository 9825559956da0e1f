/**
 * The payment API that the services call, simulated: what happens to a payment is computed from the simulator's seed
 * and the idempotency key, so that every stack meets the same latencies and the same faults.
 */
@NullMarked
package dev.threeways.simulator;

import org.jspecify.annotations.NullMarked;
