package dev.threeways.gatling;

import java.util.OptionalLong;

/**
 * One request, as recorded. Times are microseconds on the generator's own monotonic clock; see
 * {@link RequestLog#originEpochMicros()}.
 *
 * @param n the request's number; {@link PaymentRequests#FIRST_WARM_UP} and up in the warm-up
 * @param key its Idempotency-Key
 * @param intendedMicros when it was due; in the warm-up, when it was sent; empty if the schedule never began
 * @param startMicros when it was sent; empty if it never was
 * @param endMicros when its end was known; empty if it never was
 * @param status of the answer; 0 if there was none
 * @param lagMicros how much later than possible the generator sent it, its own fault; 0 if it never did. Waiting for
 * the previous answer on a client's only connection is not lag
 */
public record RequestRecord(long n, RequestPhase phase, String key, OptionalLong intendedMicros,
        OptionalLong startMicros, OptionalLong endMicros, RequestClass requestClass, int status, long lagMicros) {

    /** Time from the intended time to the end; empty if the request did not end. */
    public OptionalLong latencyMicros() {
        return intendedMicros.isPresent() && endMicros.isPresent()
                ? OptionalLong.of(endMicros.getAsLong() - intendedMicros.getAsLong())
                : OptionalLong.empty();
    }
}
