package dev.threeways.process;

import dev.threeways.process.ThreadStacks.StackBytes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The platform threads of this process and their stacks, looked at no more often than is cheap. */
final class ProcessThreads {

    /** States of Java's threads that live; HotSpot's have {@link ThreadCensus#NATIVE}. */
    static final List<String> STATES = List.of("runnable", "blocked", "waiting", "timed_waiting", ThreadCensus.NATIVE);

    /** Serves readers that come every second. */
    private static final Duration CENSUS_AGE = Duration.ofMillis(900);

    /**
     * The kernel walks the tables of all pages for the stacks, about 20 ms with a heap of 512 MB, and they change
     * slowly.
     */
    private static final Duration STACKS_AGE = Duration.ofMinutes(1);

    private final Supplier<ThreadCensus> census;

    private final Supplier<Map<ThreadRole, StackBytes>> stacks;

    private final Supplier<OptionalLong> committed;

    /** @param managementPort 0 if there is none, or none yet */
    ProcessThreads(IntSupplier managementPort) {
        TaskNames tasks = TaskNames.ofThisProcess();
        ThreadRoles roles = new ThreadRoles();
        census = new Cached<>(() -> ThreadCensus.take(tasks, roles.of(managementPort.getAsInt())), CENSUS_AGE);
        stacks = new Cached<>(() -> ThreadStacks.read(census.get()), STACKS_AGE);
        committed = new Cached<>(NativeMemory::committedStackBytes, STACKS_AGE);
    }

    ThreadCensus census() {
        return census.get();
    }

    Map<ThreadRole, StackBytes> stacks() {
        return stacks.get();
    }

    /**
     * Whether stacks' resident bytes are known; else they are -1. Asked once, at the start, and not kept: most threads
     * are yet to come.
     */
    boolean residentIsKnown() {
        return ThreadStacks.read(census.get()).values().stream().anyMatch(stack -> stack.resident() > 0);
    }

    /** Committed bytes of all stacks together; empty if native memory is not tracked. */
    OptionalLong committedStackBytes() {
        return committed.get();
    }
}
