package dev.threeways.comparison.run;

import dev.threeways.comparison.load.Generators;
import dev.threeways.comparison.observe.Probe;
import dev.threeways.comparison.observe.UsageSampler.Role;
import dev.threeways.comparison.observe.UsageSampler;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.ProcessFailedException;
import dev.threeways.lab.process.ProcessTasks;
import dev.threeways.lab.process.ProcessUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * One JVM of a measured service, and all that runs around it.
 *
 * @param turn among the stacks of the block that are measured at the same time
 * @param directory of its logs and reports
 */
record Fork(Settings settings, StackSpec stack, TurnTaking.Turn turn, Progress progress, Path directory, Probe probe,
        Backends backends, Generators generators, ServiceProcess service, UsageSampler sampler) {

    /** Tells the sampler what to sample. */
    void watch() {
        sampler.watch(Role.SERVICE, () -> ProcessUsage.of(service.process().pid()));
        sampler.watchTasks(ProcessTasks.of(service.process().pid())::look);
        sampler.watch(Role.GENERATOR, generators::usage);
        backends.simulator()
                .ifPresent(simulator -> sampler.watch(Role.SIMULATOR, () -> ProcessUsage.of(simulator.pid())));
        if (scenario().faults().isEmpty()) { // a restarted database counts from zero again
            backends.databasePid().ifPresent(pid -> sampler.watch(Role.DATABASE, () -> ProcessUsage.ofTree(pid)));
        }
    }

    Scenario scenario() {
        return settings.scenario();
    }

    /** Returns the wait that the database adds to each read of this stack. */
    Duration readWait() {
        return Objects.requireNonNullElse(stack.databaseWait(), scenario().databaseWait());
    }

    /**
     * Whether warm-up has a first stage: only the comparison's own simulator can be made fast, and a cold run needs
     * none.
     */
    boolean hasFirstStage() {
        return backends.simulator().isPresent() && !settings.plan().quick() && scenario().warm();
    }

    boolean isServiceAlive() {
        return service.process().isAlive();
    }

    /** CPU time of the service's JIT compiler so far; 0 if the service has died. */
    long compilerMicros() {
        return ProcessUsage.compilerMicros(service.process().pid());
    }

    /** @throws ProcessFailedException if the service has died, or a process it needs */
    void requireAlive(String when) throws ProcessFailedException {
        service.requireAlive(when);
        requireBackendsAlive(when);
    }

    /** @throws ProcessFailedException if the payment simulator has died */
    void requireBackendsAlive(String when) throws ProcessFailedException {
        Optional<JvmProcess> simulator = backends.simulator();
        if (simulator.isPresent() && !simulator.get().isAlive()) {
            throw simulator.get().failure("died " + when + " with exit code " + simulator.get().exitCode());
        }
    }
}
