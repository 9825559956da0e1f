package dev.threeways.telemetry;

import dev.threeways.telemetry.ThreadStacks.StackBytes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/** The meters of {@code docs/OBSERVABILITY.md} that are read when asked for. {@link RequestStages} has the others. */
final class TelemetryMeters implements MeterBinder {

    private static final StackBytes NONE = new StackBytes(0, 0, 0);

    private final ProcessThreads threads;

    private final boolean virtualThreads;

    private final WaitRatio waitRatio;

    private final List<LimitedResource> resources;

    /** @param virtualThreads whether requests run on them */
    TelemetryMeters(ProcessThreads threads, boolean virtualThreads, WaitRatio waitRatio,
            List<LimitedResource> resources) {
        this.threads = threads;
        this.virtualThreads = virtualThreads;
        this.waitRatio = waitRatio;
        this.resources = resources;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        bindThreads(registry);
        bindStacks(registry);
        if (virtualThreads) {
            bindVirtualThreads(registry);
        }
        bindContextSwitches(registry);
        Gauge.builder("requests.wait.ratio", waitRatio, ratio -> ratio.now().orElse(Double.NaN))
                .description("1 - CPU time of the process / summed time of requests, over the last seconds")
                .register(registry);
        resources.forEach(resource -> bind(resource, registry));
        if (AcceptQueue.overflows().isPresent()) {
            FunctionCounter.builder("server.accept.overflows", this, _ -> AcceptQueue.overflows().orElse(0))
                    .description("Connections turned away because a queue of connections to accept was full")
                    .baseUnit("connections")
                    .register(registry);
        }
        LogAppends.bindTo(registry);
    }

    private void bindThreads(MeterRegistry registry) {
        for (ThreadRole role : ThreadRole.values()) {
            for (String state : ProcessThreads.STATES) {
                if (!state.equals(ThreadCensus.NATIVE) || role.isHotSpots()) {
                    Gauge.builder("threads.live", threads, t -> t.census().count(role, state))
                            .tag("role", role.id())
                            .tag("state", state)
                            .description("Live platform threads by what they are for")
                            .baseUnit("threads")
                            .register(registry);
                }
            }
        }
    }

    private void bindStacks(MeterRegistry registry) {
        boolean residentIsKnown = threads.residentIsKnown();
        for (ThreadRole role : ThreadRole.values()) {
            bindStack("threads.stack.reserved", "Address space of the stacks of platform threads", role,
                    StackBytes::reserved, registry);
            if (residentIsKnown) {
                bindStack("threads.stack.resident", "Memory in the stacks of platform threads", role,
                        StackBytes::resident, registry);
            }
        }
        if (threads.committedStackBytes().isPresent()) {
            Gauge.builder("threads.stack.committed", threads, t -> t.committedStackBytes().orElse(0))
                    .description("Stacks of all platform threads, without what is only reserved")
                    .baseUnit("bytes")
                    .register(registry);
        }
    }

    private void bindStack(String name, String description, ThreadRole role, ToLongFunction<StackBytes> bytes,
            MeterRegistry registry) {
        Gauge.builder(name, threads, t -> bytes.applyAsLong(t.stacks().getOrDefault(role, NONE)))
                .tag("role", role.id())
                .description(description)
                .baseUnit("bytes")
                .register(registry);
    }

    private static void bindVirtualThreads(MeterRegistry registry) {
        VirtualThreadSchedulerMXBean scheduler = VirtualThreads.scheduler();
        if (VirtualThreads.live().isPresent()) {
            bindThreads("virtual.threads.live", "Virtual threads, those that are parked included",
                    () -> VirtualThreads.live().orElseThrow(), registry);
        }
        bindThreads("virtual.threads.mounted", "Virtual threads that run", scheduler::getMountedVirtualThreadCount,
                registry);
        bindThreads("virtual.threads.queued", "Virtual threads that could run, and wait for a carrier",
                scheduler::getQueuedVirtualThreadCount, registry);
        bindThreads("virtual.threads.carriers", "Platform threads that run virtual threads", scheduler::getPoolSize,
                registry);
        bindThreads("virtual.threads.parallelism", "Carriers that run at a time if none is pinned",
                scheduler::getParallelism, registry);
    }

    private static void bindThreads(String name, String description, LongSupplier count, MeterRegistry registry) {
        Gauge.builder(name, count::getAsLong).description(description).baseUnit("threads").register(registry);
    }

    private static void bindContextSwitches(MeterRegistry registry) {
        if (ContextSwitches.areKnown()) {
            bindContextSwitches("voluntary", ContextSwitches::voluntary, registry);
            bindContextSwitches("involuntary", ContextSwitches::involuntary, registry);
        }
    }

    private static void bindContextSwitches(String kind, ToLongFunction<ContextSwitches> count,
            MeterRegistry registry) {
        FunctionCounter.builder("process.context.switches", kind,
                _ -> ContextSwitches.now().map(s -> (double) count.applyAsLong(s)).orElseThrow())
                .tag("kind", kind)
                .description("Context switches of all threads of the process")
                .baseUnit("switches")
                .register(registry);
    }

    private static void bind(LimitedResource resource, MeterRegistry registry) {
        bind("resource.used", "In use now", resource, resource.used(), registry);
        bind("resource.idle", "There, and not in use", resource, resource.idle(), registry);
        bind("resource.waiting", "Those who wait for one", resource, resource.waiting(), registry);
        bind("resource.limit", "How many there can be", resource, resource.limit(), registry);
    }

    private static void bind(String name, String description, LimitedResource resource, @Nullable LongSupplier number,
            MeterRegistry registry) {
        if (number != null) {
            Gauge.builder(name, number::getAsLong)
                    .tag("resource", resource.name())
                    .description(description)
                    .register(registry);
        }
    }
}
