/**
 * The payment API that the services call, simulated. Seed and idempotency key alone decide a payment's fate, so every
 * stack meets the same latencies and the same faults.
 */
@NullMarked
package dev.threeways.simulator;

import org.jspecify.annotations.NullMarked;
