package dev.threeways.comparison.result;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a service tells about itself through Actuator, before a measured window and after it, never in it. A service that has
 * none of it, another application say, tells nothing, and the comparison goes on without.
 *
 * @param stageSeconds time of requests at each stage since the start
 * @param stageCounts how many were there
 * @param limits what is limited, and how, time-outs included, read back from the running service; -1 is no limit
 * @param used what is in use of it
 * @param idle what is there and not in use: open connections of a pool, say
 * @param waiting who waits for it
 * @param threads platform threads by role
 * @param stackResidentBytes memory in their stacks; 0 if not known
 */
public record ServiceMeters(Map<String, Double> stageSeconds, Map<String, Double> stageCounts, Map<String, Long> limits,
        Map<String, Long> used, Map<String, Long> idle, Map<String, Long> waiting, Map<String, Integer> threads,
        long stackResidentBytes) {

    public static final ServiceMeters NOTHING = new ServiceMeters(Map.of(), Map.of(), Map.of(), Map.of(),
            Map.of(), Map.of(), Map.of(), 0);

    /** As one that does not serve Actuator, or did not answer in time. */
    boolean tellsNothing() {
        return equals(NOTHING);
    }

    /** As it would have told before it had served anything, had it been asked: nothing yet but what is limited. */
    public ServiceMeters beforeAnything() {
        return new ServiceMeters(Map.of(), Map.of(), limits, Map.of(), Map.of(), Map.of(), Map.of(), 0);
    }

    /** What is wrong if a service told something at one time and nothing at the other: the two cannot be compared. */
    public Optional<String> unlike(ServiceMeters earlier) {
        return tellsNothing() == earlier.tellsNothing()
                ? Optional.empty()
                : Optional.of("the service's Actuator told " + (earlier.tellsNothing()
                        ? "nothing before the window and something after it"
                        : "something before the window and nothing after it")
                        + ": what happened in between is not known");
    }

    /** Milliseconds of a request at each stage, on average over the requests between {@code earlier} and this. */
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
