package dev.threeways.comparison.result;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a service reports through Actuator, before a measured window and after it, never in it. A service without these
 * endpoints, such as another application, reports nothing, and the comparison goes on.
 *
 * @param stageSeconds time of requests at each stage since the start
 * @param stageCounts requests at each stage since the start
 * @param limits by name, timeouts included, read back from the running service; -1 is no limit
 * @param used of each resource, at this moment
 * @param idle of each resource, there and not in use, such as a pool's open connections
 * @param waiting for each resource
 * @param threads platform threads by role
 * @param stackResidentBytes resident memory of thread stacks; 0 if not known
 */
public record ServiceMeters(Map<String, Double> stageSeconds, Map<String, Double> stageCounts, Map<String, Long> limits,
        Map<String, Long> used, Map<String, Long> idle, Map<String, Long> waiting, Map<String, Integer> threads,
        long stackResidentBytes) {

    public static final ServiceMeters NOTHING = new ServiceMeters(Map.of(), Map.of(), Map.of(), Map.of(),
            Map.of(), Map.of(), Map.of(), 0);

    /** Whether the service does not serve Actuator, or did not answer in time. */
    boolean tellsNothing() {
        return equals(NOTHING);
    }

    /** Returns what it would have reported before it served anything: its limits only. */
    public ServiceMeters beforeAnything() {
        return new ServiceMeters(Map.of(), Map.of(), limits, Map.of(), Map.of(), Map.of(), Map.of(), 0);
    }

    /** Describes the problem if a service reported at one time and not at the other: the two cannot be compared. */
    public Optional<String> unlike(ServiceMeters earlier) {
        return tellsNothing() == earlier.tellsNothing()
                ? Optional.empty()
                : Optional.of("the service's Actuator told " + (earlier.tellsNothing()
                        ? "nothing before the window and something after it"
                        : "something before the window and nothing after it")
                        + ": what happened in between is not known");
    }

    /** Returns mean milliseconds of a request at each stage, over the requests since {@code earlier}. */
    public Map<String, Double> stageMillisSince(ServiceMeters earlier) {
        Map<String, Double> millis = new TreeMap<>();
        stageSeconds.forEach((stage, seconds) -> {
            double requests = stageCounts.getOrDefault(stage, 0.0) - earlier.stageCounts.getOrDefault(stage, 0.0);
            if (requests > 0) {
                millis.put(stage, 1000 * (seconds - earlier.stageSeconds.getOrDefault(stage, 0.0)) / requests);
            }
        });
        return millis;
    }
}
