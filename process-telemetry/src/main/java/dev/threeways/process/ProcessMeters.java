package dev.threeways.process;

import dev.threeways.process.ThreadStacks.StackBytes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meters about the process, read on demand. One line in the log says which are absent, and what they need. */
final class ProcessMeters implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(ProcessMeters.class);

    private static final StackBytes NONE = new StackBytes(0, 0, 0);

    private final ProcessThreads threads;

    private final boolean virtualThreads;

    private final boolean acceptQueue;

    /**
     * @param virtualThreads whether requests run on virtual threads
     * @param acceptQueue whether the accept queue's length is known
     */
    ProcessMeters(ProcessThreads threads, boolean virtualThreads, boolean acceptQueue) {
        this.threads = threads;
        this.virtualThreads = virtualThreads;
        this.acceptQueue = acceptQueue;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        List<String> absent = bind(registry);
        if (!absent.isEmpty()) {
            log.info("Absent from the meters: {}", String.join("; ", absent));
        }
    }

    /** @return what is absent, each with its requirement */
    List<String> bind(MeterRegistry registry) {
        List<String> absent = new ArrayList<>();
        bindThreads(registry);
        bindStacks(registry, absent);
        if (virtualThreads) {
            bindVirtualThreads(registry, absent);
        }
        if (ContextSwitches.areKnown()) {
            bindContextSwitches("voluntary", ContextSwitches::voluntary, registry);
            bindContextSwitches("involuntary", ContextSwitches::involuntary, registry);
        } else {
            absent.add("process.context.switches needs " + ContextSwitches.OPTION + ", on Linux or macOS");
        }
        if (!acceptQueue) {
            absent.add("resource " + AcceptQueue.NAME + " needs a bean ListeningSocket, and Linux's "
                    + AcceptQueue.TOLD_BY);
        }
        if (AcceptQueue.overflows().isPresent()) {
            FunctionCounter.builder("server.accept.overflows", this, _ -> AcceptQueue.overflows().orElse(0))
                    .description("Connections turned away because a queue of connections to accept was full")
                    .baseUnit("connections")
                    .register(registry);
        } else {
            absent.add("server.accept.overflows needs Linux's /proc/net/netstat");
        }
        return absent;
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

    private void bindStacks(MeterRegistry registry, List<String> absent) {
        boolean residentIsKnown = threads.residentIsKnown();
        for (ThreadRole role : ThreadRole.values()) {
            bindStack("threads.stack.reserved", "Address space of the stacks of platform threads", role,
                    StackBytes::reserved, registry);
            if (residentIsKnown) {
                bindStack("threads.stack.resident", "Memory in the stacks of platform threads", role,
                        StackBytes::resident, registry);
            }
        }
        if (!residentIsKnown) {
            absent.add("threads.stack.resident needs to read Linux's /proc/self/task/*/syscall");
        }
        if (threads.committedStackBytes().isPresent()) {
            Gauge.builder("threads.stack.committed", threads, t -> t.committedStackBytes().orElse(0))
                    .description("Stacks of all platform threads, without what is only reserved")
                    .baseUnit("bytes")
                    .register(registry);
        } else {
            absent.add("threads.stack.committed needs " + NativeMemory.OPTION);
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

    private static void bindVirtualThreads(MeterRegistry registry, List<String> absent) {
        VirtualThreadSchedulerMXBean scheduler = VirtualThreads.scheduler();
        if (VirtualThreads.live().isPresent()) {
            bindThreads("virtual.threads.live", "Virtual threads, those that are parked included",
                    () -> VirtualThreads.live().orElseThrow(), registry);
        } else {
            absent.add("virtual.threads.live needs " + VirtualThreads.OPTION);
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

    private static void bindContextSwitches(String kind, ToLongFunction<ContextSwitches> count,
            MeterRegistry registry) {
        FunctionCounter.builder("process.context.switches", kind,
                _ -> ContextSwitches.now().map(s -> (double) count.applyAsLong(s)).orElseThrow())
                .tag("kind", kind)
                .description("Context switches of all threads of the process")
                .baseUnit("switches")
                .register(registry);
    }
}
