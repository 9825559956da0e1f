package dev.threeways.simulator;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The ledger of a run: the JSON of {@code GET /admin/calls}.
 *
 * @param run names the run; a new one with each start and each {@code DELETE /admin/calls}
 * @param received payments whose whole request was read, answered or not
 * @param outcomes received payments by outcome; all outcomes are listed
 * @param distinctKeys of received payments, as far as there was room to remember them
 * @param duplicateKeys keys received more than once
 * @param duplicateExamples the first duplicate keys
 * @param overflowCalls received with a new key when there was no room to remember it; has to be 0 in an audited run
 * @param rejected requests to {@code /payments} without a valid key or a valid body
 * @param abandoned received, but the client closed the connection before it had its outcome
 * @param inFlight payments in progress now, of this and earlier runs
 * @param refusedConnections closed at once because there were too many, since the start
 * @param lateness of the outcomes against the planned instants
 */
public record CallSummary(String run, Instant startedAt, long seed, long received, Map<String, Long> outcomes,
        int distinctKeys, int duplicateKeys, List<Duplicate> duplicateExamples, long overflowCalls, long rejected,
        long abandoned, int inFlight, long refusedConnections, Lateness lateness) {

    public record Duplicate(String key, int calls) {}

    /**
     * Delay of answers given to the kernel, or of closed connections, against the plan. This is the simulator's own
     * cost in time, from the receipt of the request on.
     *
     * @param count outcomes measured
     */
    public record Lateness(long count, long p50Micros, long p99Micros, long maxMicros) {}
}
