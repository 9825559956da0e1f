/**
 * What a service tells about its requests, with the same names on every stack: how many there are, at which of the stages that
 * the service names, what is full, how late the event loops are, what the log takes. What a request is for is nowhere here.
 * {@code docs/OBSERVABILITY.md} lists the meters.
 */
@NullMarked
package dev.threeways.telemetry;

import org.jspecify.annotations.NullMarked;
