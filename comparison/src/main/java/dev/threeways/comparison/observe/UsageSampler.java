package dev.threeways.comparison.observe;

import dev.threeways.lab.process.ProcessTasks.Task;
import dev.threeways.lab.process.ProcessUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Reads the usage of all processes of a run at a steady pace, from outside, and keeps what it read. */
public final class UsageSampler implements AutoCloseable {

    /** A participant in a run. */
    public enum Role {
        SERVICE,
        DATABASE,
        SIMULATOR,
        GENERATOR
    }

    /**
     * @param epochMillis when the reading began
     * @param tasks of the service; empty if not sampled
     */
    public record Sample(long epochMillis, Map<Role, ProcessUsage> usage, List<Task> tasks) {

        public long cpuMicros(Role role) {
            return usage.getOrDefault(role, ProcessUsage.NONE).cpuMicros();
        }
    }

    private static final Duration PACE = Duration.ofMillis(250);

    /** One in this many samples has the threads: one a second. */
    private static final int SAMPLES_PER_LOOK = 4;

    private final Map<Role, Supplier<Optional<ProcessUsage>>> sources = new EnumMap<>(Role.class);

    private final List<Sample> samples = new CopyOnWriteArrayList<>();

    private Supplier<List<Task>> tasks = List::of;

    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("usage-sampler").daemon().factory());

    /** Adds a source. Call before {@link #start()}. */
    public void watch(Role role, Supplier<Optional<ProcessUsage>> source) {
        sources.put(role, source);
    }

    /** Sets the source of the service's threads. Call before {@link #start()}. */
    public void watchTasks(Supplier<List<Task>> look) {
        tasks = look;
    }

    public void start() {
        var _ = scheduler.scheduleAtFixedRate(this::sample, 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sample() {
        Sample now = now();
        samples.add(samples.size() % SAMPLES_PER_LOOK == 0
                ? new Sample(now.epochMillis(), now.usage(), tasks.get())
                : now);
    }

    public boolean watches(Role role) {
        return sources.containsKey(role);
    }

    public Sample now() {
        long epochMillis = System.currentTimeMillis();
        Map<Role, ProcessUsage> usage = new EnumMap<>(Role.class);
        sources.forEach((role, source) -> source.get().ifPresent(value -> usage.put(role, value)));
        return new Sample(epochMillis, usage, List.of());
    }

    /** Reads usage now; a process that has ended keeps its last reading. */
    public Sample latest() {
        Sample now = now();
        Map<Role, ProcessUsage> usage = new EnumMap<>(Role.class);
        sources.keySet()
                .forEach(role -> samples.stream()
                        .map(sample -> sample.usage().get(role))
                        .filter(Objects::nonNull)
                        .forEach(value -> usage.put(role, value)));
        usage.putAll(now.usage());
        return new Sample(now.epochMillis(), usage, List.of());
    }

    /** Returns the samples from {@code fromEpochMillis} to {@code toEpochMillis}, both included. */
    public List<Sample> between(long fromEpochMillis, long toEpochMillis) {
        List<Sample> within = new ArrayList<>(samples);
        within.removeIf(sample -> sample.epochMillis() < fromEpochMillis || sample.epochMillis() > toEpochMillis);
        return within;
    }

    /** Ends sampling; samples are kept. */
    public void stop() {
        var _ = scheduler.shutdownNow();
    }

    @Override
    public void close() {
        stop();
    }
}
