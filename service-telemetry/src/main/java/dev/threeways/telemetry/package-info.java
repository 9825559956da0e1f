/**
 * Telemetry of a service's requests, with the same names on every stack. It has their number by stage, the use of
 * limited resources, the delay of event loops and the cost of the log. The service names the stages; nothing here knows
 * what a request is for. {@code docs/OBSERVABILITY.md} lists the meters.
 */
@NullMarked
package dev.threeways.telemetry;

import org.jspecify.annotations.NullMarked;
