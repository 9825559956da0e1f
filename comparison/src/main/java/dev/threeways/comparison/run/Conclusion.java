package dev.threeways.comparison.run;

import dev.threeways.comparison.ledger.Accounts;
import dev.threeways.comparison.ledger.Gzip;
import dev.threeways.comparison.ledger.PaymentCalls;
import dev.threeways.comparison.ledger.ServiceLedger;
import dev.threeways.comparison.load.LoadGenerator;
import dev.threeways.comparison.observe.Actuator;
import dev.threeways.comparison.observe.Probe;
import dev.threeways.comparison.observe.TaskRoles;
import dev.threeways.comparison.observe.UsageSampler.Role;
import dev.threeways.comparison.observe.UsageSampler.Sample;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Retained;
import dev.threeways.comparison.result.ServiceMeters;
import dev.threeways.gatling.RequestLog;
import dev.threeways.lab.process.Machine;
import dev.threeways.lab.process.ProcessUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stops a fork's processes, reconciles the records, and puts the figures together. */
final class Conclusion {

    /**
     * What was measured before the conclusion.
     *
     * @param loadBefore load average of the machine
     * @param capacity null if it was not searched for, or not found
     */
    record Measured(Instant startedAt, Result.WarmUp warmUp, double loadBefore, Window window,
            Result.@Nullable Capacity capacity) {}

    private static final String CALLS = "payment-calls.csv";

    private final Fork fork;

    private final Measured measured;

    private final Window window;

    private final List<String> problems = new ArrayList<>();

    Conclusion(Fork fork, Measured measured) {
        this.fork = fork;
        this.measured = measured;
        this.window = measured.window();
    }

    /**
     * @param block the block's number
     * @param name of the fork's directory in the result
     */
    Result.Run run(int block, String name) throws Exception {
        double loadAfter = Machine.loadAverage();
        ServiceMeters after = Actuator.read(fork.service().management());
        ServiceMeters before = Objects.requireNonNullElseGet(window.opening().before(), after::beforeAnything);
        fork.progress().phase("stopping and balancing the books");
        boolean survived = fork.isServiceAlive();
        Retained retainedAfter = survived ? retainedAfter() : null;
        Probe.Snapshot collected = survived ? fork.probe().afterCollection() : window.last();
        // Thread names come last: the service loads classes and makes garbage to report them.
        TaskRoles roles = new TaskRoles(survived ? fork.probe().threadNames() : Map.of(),
                fork.service().management().getPort());
        List<Sample> samples = fork.sampler()
                .between(window.from().sample().epochMillis(), window.to().sample().epochMillis());
        fork.sampler().stop();
        stop(survived);
        if (survived) {
            after.unlike(before).ifPresent(problems::add);
        }

        Optional<PaymentCalls> calls = fork.backends().calls(fork.directory().resolve(CALLS));
        fork.generators().all().getLast().awaitEnd();
        List<RequestLog> clients = clients();
        Result.Balance accounts = Accounts.balance(clients, ServiceLedger.read(fork.service().process().log()), calls,
                fork.stack().signs(fork.scenario().service()));
        accounts.violations().forEach(violation -> problems.add(violation.toString()));
        compressLedgers();

        var figures = new RunFigures(fork.scenario(), fork.turn().turns(), clients.getLast(), samples, roles,
                fork.settings().plan().quick());
        if (figures.ok().isEmpty()) {
            problems.add("not one measured request was answered as it should be, in time that counts");
        }
        Result.MeasuredWindow span = span(figures, loadAfter);
        Probe.Snapshot first = window.opening().first();
        Probe.Snapshot last = window.last();
        return new Result.Run(block, fork.stack().label(), measured.startedAt(), name, problems,
                warnings(figures, span, clients), measured.warmUp(), span, figures.client(span),
                new Result.Cost(figures.perRequest(span, window, fork.sampler()), memory(collected, samples),
                        threads(last, samples),
                        new Result.Collections(last.collections() - first.collections(),
                                last.collectionMillis() - first.collectionMillis())),
                new Result.Service(last.flags(), before, after, after.stageMillisSince(before)), accounts,
                new Result.Event(window.opening().retained(), retainedAfter, figures.recoverySeconds(),
                        figures.goodputPerSecond()),
                measured.capacity(), figures.timeline());
    }

    private @Nullable Retained retainedAfter() throws Exception {
        Retained before = window.opening().retained();
        return before == null
                ? null
                : RetainedReader.readAfter(before, fork.generators().all().getLast(), fork, problems);
    }

    private void stop(boolean survived) {
        ServiceProcess service = fork.service();
        if (!survived) {
            problems.add(String.valueOf(service.process()
                    .failure("died under load with exit code " + service.process().exitCode())
                    .getMessage()));
        } else if (!service.stopGracefully()) {
            problems.add("the service did not end by itself when asked to, exit code "
                    + service.process().exitCode());
        }
    }

    /** Reads each generator's request log. */
    private List<RequestLog> clients() throws IOException {
        List<RequestLog> clients = new ArrayList<>();
        for (LoadGenerator each : fork.generators().all()) {
            RequestLog ledger = RequestLog.read(each.requestLog());
            clients.add(fork.scenario().warm() ? ledger : ledger.withoutWarmUp());
        }
        return clients;
    }

    private Result.MeasuredWindow span(RunFigures figures, double loadAfter) {
        Sample from = window.from().sample();
        Sample to = window.to().sample();
        return new Result.MeasuredWindow(window.schedule().startEpochMillis(), window.schedule().endEpochMillis(),
                from.epochMillis(), to.epochMillis(), figures.completed(from, to), window.compilerPercent(),
                measured.loadBefore(), loadAfter, window.stealPercent());
    }

    private List<String> warnings(RunFigures figures, Result.MeasuredWindow span, List<RequestLog> clients) {
        Result.Capacity capacity = measured.capacity();
        List<String> warnings = new ArrayList<>(figures.warnings(measured.warmUp(), span, capacity));
        if (capacity != null) {
            warnings.addAll(CapacityWarnings.lateGenerator(capacity, clients));
            CapacityWarnings.tooLow(fork.scenario(), figures.requests()).ifPresent(warnings::add);
        }
        return warnings;
    }

    private static Result.Memory memory(Probe.Snapshot collected, List<Sample> samples) {
        return new Result.Memory(collected.heapUsedBytes(), collected.nonHeapUsedBytes(),
                samples.stream().mapToLong(sample -> usage(sample).residentBytes()).max().orElse(0));
    }

    private static Result.Threads threads(Probe.Snapshot last, List<Sample> samples) {
        return new Result.Threads(last.peakThreads(),
                samples.stream().mapToInt(sample -> usage(sample).threads()).max().orElse(0));
    }

    private static ProcessUsage usage(Sample sample) {
        return sample.usage().getOrDefault(Role.SERVICE, ProcessUsage.NONE);
    }

    private void compressLedgers() throws IOException {
        List<Path> ledgers = new ArrayList<>(List.of(fork.service().process().log(), fork.directory().resolve(CALLS)));
        fork.generators().all().forEach(generator -> ledgers.add(generator.requestLog()));
        for (Path ledger : ledgers) {
            if (Files.exists(ledger)) {
                Gzip.replace(ledger);
            }
        }
    }
}
