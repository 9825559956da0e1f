package dev.threeways.comparison.run;

import dev.threeways.comparison.load.CapacitySearch;
import dev.threeways.comparison.load.Generators;
import dev.threeways.comparison.load.LoadGenerator;
import dev.threeways.comparison.observe.Probe;
import dev.threeways.comparison.observe.UsageSampler;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultDirectory;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.process.FreePorts;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.Machine;
import dev.threeways.lab.process.ProcessFailedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stack in one block: processes are started afresh, warmed up, measured and stopped, and their records reconciled.
 *
 * <p>CPU and counters are read twice, just before the first measured request and just after the last is answered. The
 * service is idle at both moments, so the difference is exactly what the measured requests cost: nothing has to be
 * interpolated or cut off.
 */
public final class StackRun {

    /** A search for capacity ends at this rate in any case. */
    private static final int MAX_RATE = 10_000;

    private static final int MAX_HOLDS = 6;

    private final Settings settings;

    private final Home home;

    private final StackSpec stack;

    private final int block;

    private final Path results;

    private final Progress progress;

    private final TurnTaking.Turn turn;

    private final Benches benches;

    /** @param turn among the stacks of the block that are measured at the same time */
    public StackRun(Settings settings, Home home, StackSpec stack, int block, Path results, Progress progress,
            TurnTaking.Turn turn, Benches benches) {
        this.settings = settings;
        this.home = home;
        this.stack = stack;
        this.block = block;
        this.results = results;
        this.progress = progress;
        this.turn = turn;
        this.benches = benches;
    }

    /**
     * @return the run, valid or not
     * @throws ProcessFailedException if a process does not start, or dies: the comparison cannot go on
     */
    public Result.Run execute() throws Exception {
        turn.awaitStart();
        progress.stack(stack.label());
        Instant startedAt = Instant.now();
        Path directory = ResultDirectory.fresh(results.resolve("block-" + block).resolve(stack.label()));
        Path socketDirectory = Files.createTempDirectory("probe"); // short, since a socket's path has at most 108 bytes
        Probe probe = new Probe(socketDirectory.resolve("socket"));
        long seed = settings.seed() + block - 1;
        int port = FreePorts.next();
        progress.phase("starting PostgreSQL and the payment simulator");
        try {
            Bench bench = benches.bench(turn.number(), settings);
            Backends backends = bench.backends();
            backends.beginNewLedger();
            Generators generators = new Generators(bench.generator(), settings,
                    URI.create("http://127.0.0.1:" + port), directory, seed, LoadGenerator.SLOW);
            LoadGenerator resting = settings.scenario().warm() ? null : resting(generators);
            progress.phase("starting the service");
            try (ServiceProcess service = ServiceProcess.start(stack, settings, backends, port, FreePorts.next(),
                    List.of(probe.jvmOption(home.probeJar())), directory.resolve("service.log"));
                    UsageSampler sampler = new UsageSampler()) {
                Fork fork = new Fork(settings, stack, turn, progress, directory, probe, backends, generators, service,
                        sampler);
                Conclusion.Measured measured = measure(fork, startedAt, resting);
                turn.awaitEnd();
                progress.stack(stack.label());
                return new Conclusion(fork, measured).run(block, results.relativize(directory).toString());
            }
        } finally {
            if (!settings.scenario().faults().isEmpty()) {
                benches.discard(turn.number());
            }
            Files.deleteIfExists(probe.socket());
            Files.deleteIfExists(socketDirectory);
            turn.leave();
        }
    }

    /** Starts a generator that is warm and waits for a service that is not. */
    private LoadGenerator resting(Generators generators) throws Exception {
        progress.phase("warming up the load generator");
        LoadGenerator generator = generators.resting(firstSchedule());
        generator.hold();
        return generator;
    }

    private LoadGenerator.Schedule firstSchedule() {
        Scenario scenario = settings.scenario();
        return scenario.search() == Scenario.Search.NOTHING
                ? LoadGenerator.Schedule.of(turn.turns().spread(scenario.steps()), scenario.rate())
                : LoadGenerator.Schedule.of(CapacitySearch.ladder(searchedRates()), 1);
    }

    private double[] searchedRates() {
        return CapacitySearch.rates(settings.scenario().rate(), MAX_RATE,
                Result.Capacity.step(settings.plan().quick()));
    }

    /**
     * Warms the service up and runs the schedule, after a search for its rate if there is one.
     *
     * @param resting a warm generator if the service is measured cold; else null
     */
    private Conclusion.Measured measure(Fork fork, Instant startedAt, @Nullable LoadGenerator resting)
            throws Exception {
        progress.phase(fork.scenario().warm() ? "warming up" : "measuring");
        WarmUpPhase.prepare(fork);
        LoadGenerator generator = resting != null
                ? resting
                : fork.generators().next(firstSchedule(), fork.hasFirstStage());
        fork.watch();
        fork.sampler().start();
        double loadBefore = Machine.loadAverage();
        Result.WarmUp warmUp = WarmUpPhase.NONE;
        if (resting == null) {
            warmUp = new WarmUpPhase(fork, generator).run();
            loadBefore = Machine.loadAverage();
        }
        if (fork.scenario().search() == Scenario.Search.NOTHING) {
            return new Conclusion.Measured(startedAt, warmUp, loadBefore, Window.measure(fork, generator), null);
        }
        return searched(fork, startedAt, generator, warmUp, loadBefore);
    }

    /** Searches for the highest rate, then measures at it. */
    private Conclusion.Measured searched(Fork fork, Instant startedAt, LoadGenerator generator, Result.WarmUp warmUp,
            double loadBefore) throws Exception {
        Generators.Check alive = () -> fork.requireAlive("before it was measured");
        Window.Opening opening = Window.Opening.of(fork);
        generator.measure();
        LoadGenerator.Times ladder = generator.awaitSchedule(alive);
        Window.Edge from = Window.Edge.of(fork.sampler().now(), fork);
        CapacitySearch search = climb(fork, generator, ladder);
        generator.stop();
        if (!fork.isServiceAlive()) {
            Window.Edge to = Window.Edge.of(fork.sampler().latest(), fork);
            return new Conclusion.Measured(startedAt, warmUp, loadBefore,
                    Window.closed(fork, opening, ladder, from, to), null);
        }
        double rate = search.rate();
        List<Result.Rung> holds = new ArrayList<>();
        while (true) {
            LoadGenerator next = fork.generators()
                    .warm(LoadGenerator.Schedule.of(fork.scenario().steps(), rate), alive);
            Window window = Window.measure(fork, next);
            if (fork.scenario().search() == Scenario.Search.CAPACITY_TO_HOLD) {
                holds.add(hold(next, rate));
            }
            boolean isLast = holds.isEmpty() || holds.getLast().isGood() || holds.size() == MAX_HOLDS
                    || !fork.isServiceAlive();
            if (isLast) {
                return new Conclusion.Measured(startedAt, warmUp, loadBefore, window,
                        new Result.Capacity(rate, holds.isEmpty() || holds.getLast().isGood(), search.rungs(), holds));
            }
            next.awaitEnd();
            rate /= Result.Capacity.step(settings.plan().quick());
        }
    }

    /** Climbs the ladder of rates. A rung is not good if the service dies on it. */
    private CapacitySearch climb(Fork fork, LoadGenerator generator, LoadGenerator.Times schedule) throws Exception {
        progress.phase("searching for the highest rate");
        return CapacitySearch.climb(searchedRates(), generator, schedule.startEpochMillis(),
                () -> fork.requireBackendsAlive("while the highest rate was searched for"),
                (rung, _) -> progress.detail(String.format(Locale.ROOT, "%.0f requests/s", rung.ratePerSecond())));
    }

    private static Result.Rung hold(LoadGenerator generator, double rate) throws IOException {
        LoadGenerator.Progress end = Objects.requireNonNull(generator.progress());
        return CapacitySearch.rung(rate, LoadGenerator.Progress.NONE, end);
    }
}
