package dev.threeways.process;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/** The part of {@code /actuator/waiting} about the process. */
final class ProcessSections {

    /** Micrometer's meter, from the flight recorder's events. */
    private static final String PINNED = "jvm.threads.virtual.pinned";

    /**
     * Stacks of platform threads, up to a minute old.
     *
     * @param committedBytes of all; absent unless native memory is tracked
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Stacks(Map<String, Stack> roles, @Nullable Long committedBytes) {}

    /** @param residentBytes absent where the system does not report it */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Stack(int threads, long reservedBytes, @Nullable Long residentBytes) {}

    /**
     * Virtual threads, where requests run on them.
     *
     * @param live parked ones included; absent if the JDK's list is not accessible
     * @param queued could run, and wait for a carrier
     * @param stackHeapBytes heap that the stacks of unmounted ones take; only on request
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record VirtualThreadsNow(@Nullable Long live, int mounted, long queued, int carriers, int parallelism,
            @Nullable Pinned pinned, @Nullable Long stackHeapBytes) {

        VirtualThreadsNow withStackHeapBytes(OptionalLong bytes) {
            return new VirtualThreadsNow(live, mounted, queued, carriers, parallelism, pinned, orNull(bytes));
        }
    }

    /** How often and for how long a virtual thread had to keep its carrier while it waited. */
    record Pinned(long count, double totalMillis) {}

    private ProcessSections() {}

    /** Platform threads by role and state. */
    static Map<String, Map<String, Integer>> threads(ProcessThreads threads) {
        Map<String, Map<String, Integer>> roles = new LinkedHashMap<>();
        threads.census().counts().forEach((role, states) -> roles.put(role.id(), states));
        return roles;
    }

    static Stacks stacks(ProcessThreads threads) {
        Map<String, Stack> roles = new LinkedHashMap<>();
        threads.stacks()
                .forEach((role, bytes) -> roles.put(role.id(), new Stack(bytes.threads(), bytes.reserved(),
                        bytes.resident() < 0 ? null : bytes.resident())));
        return new Stacks(roles, orNull(threads.committedStackBytes()));
    }

    static VirtualThreadsNow virtualThreads(MeterRegistry registry) {
        VirtualThreadSchedulerMXBean scheduler = VirtualThreads.scheduler();
        Timer pinned = registry.find(PINNED).timer();
        return new VirtualThreadsNow(orNull(VirtualThreads.live()), scheduler.getMountedVirtualThreadCount(),
                scheduler.getQueuedVirtualThreadCount(), scheduler.getPoolSize(), scheduler.getParallelism(),
                pinned == null ? null : new Pinned(pinned.count(), pinned.totalTime(TimeUnit.MILLISECONDS)), null);
    }

    private static @Nullable Long orNull(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }
}
