package dev.threeways.telemetry;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * The share of their time that requests wait: 1 - CPU time of the process / summed time of the requests, over the last
 * seconds. Per-thread CPU time would be more exact, but there is none for a virtual thread.
 *
 * <p>CPU time that no request asked for (garbage collection, the compiler, reading the meters) counts as the requests'.
 * The ratio is thus a lower bound, a bad one while there are few requests, when it may even be negative. The kernel's
 * work for this process in interrupts counts as waiting, as does all work of the database and other called processes.
 * So does time in which a runnable thread waits for a processor.
 */
final class WaitRatio {

    /** Long enough for many requests, short enough to see a change. */
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private static final Duration SPACING = Duration.ofSeconds(1);

    private record Sample(long nanos, long cpuNanos, long requestNanos) {}

    private final LongSupplier nanoTime;

    private final LongSupplier cpuNanos;

    private final LongSupplier requestNanos;

    private final Deque<Sample> samples = new ArrayDeque<>();

    WaitRatio(LongSupplier nanoTime, LongSupplier cpuNanos, LongSupplier requestNanos) {
        this.nanoTime = nanoTime;
        this.cpuNanos = cpuNanos;
        this.requestNanos = requestNanos;
        samples.add(sample());
    }

    static WaitRatio of(RequestStages requests) {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new WaitRatio(System::nanoTime, system::getProcessCpuTime, requests::requestNanos);
    }

    /**
     * The ratio since the last call, if that was ten seconds ago or more; else over ten seconds, or since the first
     * call.
     *
     * @return empty if no request ended in that time
     */
    synchronized OptionalDouble now() {
        Sample now = sample();
        // The oldest sample stays while the next is too young to take its place.
        while (samples.size() > 1 && age(second(), now) >= WINDOW.toNanos()) {
            samples.removeFirst();
        }
        Sample then = samples.getFirst();
        if (age(samples.getLast(), now) >= SPACING.toNanos()) {
            samples.addLast(now);
        }
        long requests = now.requestNanos() - then.requestNanos();
        return requests == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(1 - (double) (now.cpuNanos() - then.cpuNanos()) / requests);
    }

    private Sample sample() {
        return new Sample(nanoTime.getAsLong(), cpuNanos.getAsLong(), requestNanos.getAsLong());
    }

    private Sample second() {
        var all = samples.iterator();
        all.next();
        return all.next();
    }

    private static long age(Sample then, Sample now) {
        return now.nanos() - then.nanos();
    }
}
