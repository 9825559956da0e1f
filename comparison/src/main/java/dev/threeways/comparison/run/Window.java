package dev.threeways.comparison.run;

import dev.threeways.comparison.load.LoadGenerator;
import dev.threeways.comparison.observe.Actuator;
import dev.threeways.comparison.observe.Probe;
import dev.threeways.comparison.observe.UsageSampler.Role;
import dev.threeways.comparison.observe.UsageSampler.Sample;
import dev.threeways.comparison.result.Retained;
import dev.threeways.comparison.result.ServiceMeters;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.lab.process.Machine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The readings before and after a schedule, the service being idle at both moments.
 *
 * @param schedule that the generator ran
 * @param last the probe's snapshot after the schedule; the one before it if the service has died
 */
record Window(LoadGenerator.Times schedule, Opening opening, Edge from, Edge to, Probe.Snapshot last) {

    /** CPU time is read this long before the first measured request: reading takes milliseconds. */
    private static final Duration READ_BEFORE = Duration.ofMillis(100);

    /**
     * The readings of the idle service before a window.
     *
     * @param before null if the service is measured cold: a query would warm it
     * @param retained null if the window has no disturbance
     */
    record Opening(@Nullable ServiceMeters before, @Nullable Retained retained, Probe.Snapshot first) {

        static Opening of(Fork fork) throws Exception {
            ServiceMeters before = fork.scenario().warm() ? Actuator.read(fork.service().management()) : null;
            Retained retained = fork.scenario().isEventful() ? RetainedReader.read(fork) : null;
            return new Opening(before, retained, fork.probe().reset());
        }
    }

    /** @param compilerMicros CPU time of the service's JIT compiler so far; 0 if the service has died */
    record Edge(Sample sample, long compilerMicros, Machine.CpuTime cpuTime) {

        static Edge of(Sample sample, Fork fork) {
            return new Edge(sample, fork.compilerMicros(), Machine.cpuTime());
        }
    }

    /** Closes an opened window. */
    static Window closed(Fork fork, Opening opening, LoadGenerator.Times schedule, Edge from, Edge to)
            throws Exception {
        return new Window(schedule, opening, from, to,
                fork.isServiceAlive() ? fork.probe().snapshot() : opening.first());
    }

    /**
     * Runs a schedule from its beginning to the last answer.
     *
     * @param generator whose schedule has not begun
     */
    static Window measure(Fork fork, LoadGenerator generator) throws Exception {
        generator.rest();
        fork.turn().awaitOthers();
        Opening opening = Opening.of(fork);
        if (fork.turn().turns().areTaken()) {
            generator.measure(fork.turn().firstTurn());
        } else {
            generator.measure();
        }
        LoadGenerator.Times schedule = generator.awaitSchedule(() -> fork.requireAlive("at the end of the warm-up"));
        // Waits until just before the schedule. A warm service has two seconds in which the queried code is compiled,
        // outside all figures.
        Thread.sleep(Math.max(0, schedule.startEpochMillis() - READ_BEFORE.toMillis() - System.currentTimeMillis()));
        Edge from = Edge.of(fork.sampler().now(), fork);
        fork.progress().phase("measuring");
        awaitDone(fork, generator, schedule);
        Edge to = Edge.of(fork.sampler().latest(), fork);
        fork.turn().awaitLastTurn();
        return closed(fork, opening, schedule, from, to);
    }

    /**
     * Applies faults when they are due. The generator goes on even if the service dies, so that each request's outcome
     * is known.
     */
    private static void awaitDone(Fork fork, LoadGenerator generator, LoadGenerator.Times schedule) throws Exception {
        long limitEpochMillis = schedule.endEpochMillis() + LoadGenerator.DRAIN_LIMIT.toMillis();
        Deque<Scenario.Fault> faults = new ArrayDeque<>(fork.scenario().faults());
        while (true) {
            while (!faults.isEmpty()
                    && System.currentTimeMillis() >= schedule.startEpochMillis() + faults.getFirst().at().toMillis()) {
                fork.backends().apply(faults.removeFirst(), fork.settings());
            }
            LoadGenerator.Progress now = generator.progress();
            if (now != null && now.isDone()) {
                return;
            }
            fork.requireBackendsAlive("under load");
            generator.requireAlive("under load");
            if (System.currentTimeMillis() > limitEpochMillis) {
                throw generator.process()
                        .failure("was not done " + LoadGenerator.DRAIN_LIMIT.toSeconds()
                                + " s after its schedule's end");
            }
            long left = Math.max(0, schedule.endEpochMillis() - System.currentTimeMillis()) / 1000;
            fork.progress().detail(fork.settings().scenario().rate() + " requests/s, " + left + " s more");
            generator.awaitReport();
        }
    }

    /** Returns the compiler's share of the service's CPU time. */
    double compilerPercent() {
        return 100.0 * Math.max(0, to.compilerMicros() - from.compilerMicros())
                / Math.max(1, to.sample().cpuMicros(Role.SERVICE) - from.sample().cpuMicros(Role.SERVICE));
    }

    /** Returns the share of the machine's CPU time that its host took. */
    double stealPercent() {
        return Machine.stealPercent(from.cpuTime(), to.cpuTime());
    }
}
