package dev.threeways.comparison.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a service holds while no request is in flight: counted before and after a fault, so that leaks show.
 *
 * @param used of each limited resource
 * @param idle of each limited resource: connections that a pool keeps open are held, and no leak
 * @param waiting for each limited resource
 * @param threads platform threads by role
 * @param descriptors open files and sockets; 0 where the system does not tell
 * @param liveHeapBytes heap used after a full collection
 */
public record Retained(Map<String, Long> used, Map<String, Long> idle, Map<String, Long> waiting,
        Map<String, Integer> threads,
        int descriptors, long liveHeapBytes) {

    /** Roles of limited pools, whose threads end after about a minute without work, and of the JVM's own threads. */
    private static final Set<String> ELASTIC_ROLES = Set.of("request-worker", "virtual-thread-carrier",
            "management", "signer", "gc-compiler");

    /** Allowance for caches, statistics and the like, which grow with what a service has seen. */
    private static final long HEAP_ALLOWANCE_BYTES = 8L << 20;

    /**
     * Allowance for the buffers and codecs of each open connection and of each request. Tomcat keeps what has processed
     * a request, with its buffers: as many as were in flight at once, up to a limit.
     */
    private static final long EACH_ALLOWANCE_BYTES = 64L << 10;

    /** Most requests in a service at once; those above are rejected and leave nothing. */
    private static final int MOST_REQUESTS = 1_000;

    /** Whether the service reported nothing; what is counted from outside is there all the same. */
    private boolean isUntold() {
        return used.isEmpty() && idle.isEmpty() && waiting.isEmpty() && threads.isEmpty();
    }

    /**
     * Describes each thing that was not given back, or that this cannot be known; empty if all was.
     *
     * @param inFlight highest number of requests in flight meanwhile
     */
    public List<String> notGivenBackSince(Retained before, int inFlight) {
        if (isUntold() != before.isUntold()) {
            return List.of("not known, since the service told what it holds only "
                    + (isUntold() ? "before" : "afterwards"));
        }
        List<String> leaks = new ArrayList<>();
        used.forEach((resource, now) -> {
            if (now > before.used.getOrDefault(resource, 0L)) {
                leaks.add(leak(resource + " in use", before.used.getOrDefault(resource, 0L), now));
            }
        });
        waiting.forEach((resource, now) -> {
            if (now > before.waiting.getOrDefault(resource, 0L)) {
                leaks.add(leak("waiting for " + resource, before.waiting.getOrDefault(resource, 0L), now));
            }
        });
        threads.forEach((role, now) -> {
            if (!ELASTIC_ROLES.contains(role) && now > before.threads.getOrDefault(role, 0)) {
                leaks.add(leak("threads of role " + role, before.threads.getOrDefault(role, 0), now));
            }
        });
        long kept = open().entrySet()
                .stream()
                .mapToLong(pool -> Math.max(0, pool.getValue() - before.open().getOrDefault(pool.getKey(), 0L)))
                .sum();
        if (descriptors > before.descriptors + kept) {
            leaks.add(leak("open files and sockets", before.descriptors, descriptors));
        }
        long allowed = HEAP_ALLOWANCE_BYTES + (kept + Math.min(inFlight, MOST_REQUESTS)) * EACH_ALLOWANCE_BYTES;
        if (liveHeapBytes > before.liveHeapBytes + allowed) {
            leaks.add(leak("KiB of live heap", before.liveHeapBytes >> 10, liveHeapBytes >> 10));
        }
        return leaks;
    }

    /** Counts what is there of each resource, in use or not. */
    private Map<String, Long> open() {
        Map<String, Long> open = new TreeMap<>(used);
        idle.forEach((resource, count) -> open.merge(resource, count, Long::sum));
        return open;
    }

    private static String leak(String what, long before, long now) {
        return what + ": " + before + " before, " + now + " afterwards";
    }
}
