package dev.threeways.telemetry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@code /actuator/waiting}: what this process is doing while it waits, in one document that is cheap enough for every
 * second. What does not apply to a stack, or is not known on a system, is absent.
 */
@Endpoint(id = "waiting")
final class WaitingEndpoint {

    /** Micrometer's, from the flight recorder's events. */
    private static final String PINNED = "jvm.threads.virtual.pinned";

    private final RequestStages requests;

    private final ProcessThreads threads;

    private final boolean virtualThreads;

    private final WaitRatio waitRatio;

    private final List<LimitedResource> resources;

    private final Optional<Bounds> bounds;

    private final MeterRegistry registry;

    WaitingEndpoint(RequestStages requests, ProcessThreads threads, boolean virtualThreads, WaitRatio waitRatio,
            List<LimitedResource> resources, Optional<Bounds> bounds, MeterRegistry registry) {
        this.requests = requests;
        this.threads = threads;
        this.virtualThreads = virtualThreads;
        this.waitRatio = waitRatio;
        this.resources = resources;
        this.bounds = bounds;
        this.registry = registry;
    }

    /**
     * The whole document.
     *
     * @param threads platform threads by role and state
     * @param resources by name
     * @param bounds see {@link Bounds}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Waiting(Requests requests, Map<String, Map<String, Integer>> threads, Stacks threadStacks,
            @Nullable VirtualThreadsNow virtualThreads, Map<String, Use> resources, Map<String, Long> bounds,
            @Nullable ContextSwitches contextSwitches, Log log) {}

    /**
     * Requests in the handler.
     *
     * @param inFlightMax the most at a time, lately
     * @param stages how many are at each
     * @param waitRatio see {@link WaitRatio}; absent if no request ended lately
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Requests(int inFlight, int inFlightMax, int limit, Map<String, Integer> stages,
            @Nullable Double waitRatio) {}

    /**
     * Stacks of platform threads, up to a minute old.
     *
     * @param committedBytes of all; absent unless native memory is tracked
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Stacks(Map<String, Stack> roles, @Nullable Long committedBytes) {}

    /** @param residentBytes absent where the system does not tell */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Stack(int threads, long reservedBytes, @Nullable Long residentBytes) {}

    /**
     * Virtual threads, where requests run on them.
     *
     * @param live parked ones included; absent if the JDK's list is not to be seen
     * @param queued could run, and wait for a carrier
     * @param stackHeapBytes heap that the stacks of unmounted ones take; only if asked for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record VirtualThreadsNow(@Nullable Long live, int mounted, long queued, int carriers, int parallelism,
            @Nullable Pinned pinned, @Nullable Long stackHeapBytes) {}

    /** How often and for how long a virtual thread had to keep its carrier while it waited. */
    record Pinned(long count, double totalMillis) {}

    /** See {@link LimitedResource}. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Use(long used, @Nullable Long idle, @Nullable Long waiting, @Nullable Long limit) {}

    /** @param blockedMillis what all threads together spent in the appender */
    record Log(long written, long dropped, double blockedMillis) {}

    /** @param virtualThreadStacks true to have the heap walked for them, with all threads stopped */
    @ReadOperation
    Waiting waiting(@Nullable Boolean virtualThreadStacks) {
        return new Waiting(requests(), threads(), stacks(),
                virtualThreads ? virtualThreads(Boolean.TRUE.equals(virtualThreadStacks)) : null, resources(), bounds(),
                ContextSwitches.now().orElse(null),
                new Log(LogAppends.written(), LogAppends.dropped(), LogAppends.blockedNanos() / 1e6));
    }

    private Requests requests() {
        Map<String, Integer> stages = new LinkedHashMap<>();
        Arrays.stream(RequestStage.values())
                .filter(requests::has)
                .forEach(stage -> stages.put(stage.id(), requests.present(stage)));
        OptionalDouble ratio = waitRatio.now();
        return new Requests(requests.inFlight().current(), requests.largest(), requests.inFlight().max(), stages,
                ratio.isPresent() ? ratio.getAsDouble() : null);
    }

    private Map<String, Map<String, Integer>> threads() {
        Map<String, Map<String, Integer>> roles = new LinkedHashMap<>();
        threads.census().counts().forEach((role, states) -> roles.put(role.id(), states));
        return roles;
    }

    private Stacks stacks() {
        Map<String, Stack> roles = new LinkedHashMap<>();
        threads.stacks()
                .forEach((role, bytes) -> roles.put(role.id(), new Stack(bytes.threads(), bytes.reserved(),
                        bytes.resident() < 0 ? null : bytes.resident())));
        return new Stacks(roles, orNull(threads.committedStackBytes()));
    }

    private VirtualThreadsNow virtualThreads(boolean withStacks) {
        VirtualThreadSchedulerMXBean scheduler = VirtualThreads.scheduler();
        Timer pinned = registry.find(PINNED).timer();
        return new VirtualThreadsNow(orNull(VirtualThreads.live()), scheduler.getMountedVirtualThreadCount(),
                scheduler.getQueuedVirtualThreadCount(), scheduler.getPoolSize(), scheduler.getParallelism(),
                pinned == null ? null : new Pinned(pinned.count(), pinned.totalTime(TimeUnit.MILLISECONDS)),
                withStacks ? orNull(VirtualThreads.stackHeapBytes()) : null);
    }

    private Map<String, Use> resources() {
        Map<String, Use> uses = new TreeMap<>();
        resources.forEach(resource -> uses.put(resource.name(), new Use(resource.used().getAsLong(),
                read(resource.idle()), read(resource.waiting()), read(resource.limit()))));
        return uses;
    }

    private Map<String, Long> bounds() {
        Map<String, Long> now = new TreeMap<>();
        bounds.ifPresent(all -> all.byName().forEach((name, bound) -> now.put(name, bound.getAsLong())));
        return now;
    }

    private static @Nullable Long read(@Nullable LongSupplier number) {
        return number == null ? null : number.getAsLong();
    }

    private static @Nullable Long orNull(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }
}
