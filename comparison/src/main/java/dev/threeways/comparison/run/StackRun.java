package dev.threeways.comparison.run;

import dev.threeways.comparison.ledger.Accounts;
import dev.threeways.comparison.ledger.Gzip;
import dev.threeways.comparison.ledger.PaymentCalls;
import dev.threeways.comparison.ledger.ServiceBook;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultDirectory;
import dev.threeways.comparison.result.Retained;
import dev.threeways.comparison.result.ServiceMeters;
import dev.threeways.comparison.run.UsageSampler.Role;
import dev.threeways.comparison.run.UsageSampler.Sample;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.gatling.RequestLog;
import dev.threeways.lab.process.FreePorts;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.Machine;
import dev.threeways.lab.process.ProcessFailedException;
import dev.threeways.lab.process.ProcessTasks;
import dev.threeways.lab.process.ProcessUsage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One stack in one block: everything started afresh, warmed up, measured, stopped, its books balanced.
 *
 * <p>CPU and counters are read twice, just before the first measured request and just after the last is answered. The
 * service is idle at both moments, so what lies between is what the measured requests cost, all of it and nothing else:
 * nothing has to be interpolated or cut off.
 */
public final class StackRun {

    /** Another process is waited for, by way of a file it replaces: there is nothing to be woken by. */
    private static final Duration POLL_WARM_UP = Duration.ofMillis(25);

    /** The same where nothing is cut off by it: progress is shown, and a process that has died is noticed this soon. */
    private static final Duration POLL = Duration.ofMillis(100);

    /** CPU time is read so long before the first measured request: it takes milliseconds. */
    private static final Duration READ_BEFORE = Duration.ofMillis(100);

    /** What a payment takes in the first stage of the warm-up: few requests at once keep the service busy. */
    private static final Duration FIRST_STAGE_PAYMENT = Duration.ofMillis(2);

    /** Where a search for capacity ends in any case. */
    private static final int MAX_RATE = 10_000;

    private static final int MAX_HOLDS = 6;

    /** Longer than what is closed, or times out, may take: a second for a connection, two for a payment. */
    private static final Duration GIVE_BACK_LIMIT = Duration.ofSeconds(20);

    /** Nobody tells when connections are closed and time-outs over; each look costs a collection. */
    private static final Duration POLL_GIVING_BACK = Duration.ofSeconds(1);

    private static final Result.WarmUp NO_WARM_UP = new Result.WarmUp(0, 0, Result.WarmUp.Ended.LEFT_OUT, List.of());

    private final Settings settings;

    private final Home home;

    private final StackSpec stack;

    private final int block;

    private final Path results;

    private final Progress progress;

    private final TurnTaking.Place place;

    /** @param place among the stacks of the block that are measured at the same time */
    public StackRun(Settings settings, Home home, StackSpec stack, int block, Path results, Progress progress,
            TurnTaking.Place place) {
        this.settings = settings;
        this.home = home;
        this.stack = stack;
        this.block = block;
        this.results = results;
        this.progress = progress;
        this.place = place;
    }

    /** @param compilerMicros CPU time of the service's JIT compiler so far */
    private record Edge(Sample sample, long compilerMicros, Machine.CpuTime cpuTime) {}

    /**
     * What is read of the idle service before a window.
     *
     * @param before null of one that is to be cold: to be asked would make it warmer
     * @param held null where it is of no interest
     */
    private record Opening(@Nullable ServiceMeters before, @Nullable Retained held, Probe.Snapshot first) {}

    private record Window(LoadGenerator.Times schedule, Opening opening, Edge from, Edge to, Probe.Snapshot last) {}

    /**
     * @return the run, valid or not
     * @throws ProcessFailedException if a process does not start, or dies: the comparison cannot go on
     */
    public Result.Run execute() throws Exception {
        place.awaitStart();
        progress.stack(stack.label());
        Instant startedAt = Instant.now();
        Path directory = ResultDirectory.fresh(results.resolve("block-" + block).resolve(stack.label()));
        Path socketDirectory = Files.createTempDirectory("probe"); // its path is short: a socket's has 108 bytes at most
        Probe probe = new Probe(socketDirectory.resolve("socket"));
        long seed = settings.seed() + block - 1;
        Path serviceLog = directory.resolve("service.log");
        try {
            int port = FreePorts.next();
            progress.phase("starting PostgreSQL and the payment simulator");
            try (Backends backends = Backends.start(settings, home, seed, FreePorts.next(), directory);
                    Generators generators = new Generators(settings, URI.create("http://127.0.0.1:" + port), directory,
                            seed, LoadGenerator.SLOW)) {
                LoadGenerator generator = null;
                if (!settings.scenario().warm()) {
                    progress.phase("warming up the load generator");
                    generator = generators.resting(firstSchedule());
                    generator.hold();
                }
                progress.phase("starting the service");
                try (ServiceProcess service = ServiceProcess.start(stack, settings, backends, port, FreePorts.next(),
                        List.of(probe.jvmOption(home.probeJar())), serviceLog)) {
                    return load(startedAt, directory, probe, backends, service, generators, generator);
                }
            }
        } finally {
            Files.deleteIfExists(probe.socket());
            Files.deleteIfExists(socketDirectory);
            place.leave();
        }
    }

    private Duration readWait() {
        return Objects.requireNonNullElse(stack.databaseWait(), settings.scenario().databaseWait());
    }

    private LoadGenerator.Schedule firstSchedule() {
        Scenario scenario = settings.scenario();
        return scenario.search() == Scenario.Search.NOTHING
                ? LoadGenerator.Schedule.of(place.turns().spread(scenario.steps()), scenario.rate())
                : LoadGenerator.Schedule.of(CapacitySearch.ladder(searchedRates()), 1);
    }

    private double[] searchedRates() {
        return CapacitySearch.rates(settings.rate(), MAX_RATE, Result.Capacity.step(settings.quick()));
    }

    /**
     * Warms the service up and lets the schedule run, after a search for its rate where there is to be one.
     *
     * @param resting a generator that is warm, if the service is not to be; else null
     */
    private Result.Run load(Instant startedAt, Path directory, Probe probe, Backends backends, ServiceProcess service,
            Generators generators, @Nullable LoadGenerator resting) throws Exception {
        Scenario scenario = settings.scenario();
        progress.phase(scenario.warm() ? "warming up" : "measuring");
        if (hasFirstStage(backends)) {
            backends.setPaymentLatency(FIRST_STAGE_PAYMENT, FIRST_STAGE_PAYMENT, scenario.answerBytes());
        } else {
            backends.setReadWait(readWait());
        }
        Generators.Check alive = () -> requireAlive(backends, service, "before it was measured");
        try (UsageSampler sampler = sampler(backends, service, generators)) {
            LoadGenerator generator = resting != null
                    ? resting
                    : generators.next(firstSchedule(), hasFirstStage(backends));
            sampler.start();
            Result.WarmUp warmUp = NO_WARM_UP;
            double loadBefore = Machine.loadAverage();
            if (resting == null) {
                warmUp = warmUp(backends, service, generator, sampler, probe);
                loadBefore = Machine.loadAverage();
            }
            CapacitySearch search = null;
            double rate = scenario.rate();
            if (scenario.search() != Scenario.Search.NOTHING) {
                Opening opening = opening(service, probe);
                generator.measure();
                LoadGenerator.Times ladder = generator.awaitSchedule(alive);
                Edge from = edge(sampler.now(), service);
                search = climb(generator, ladder, backends);
                rate = search.rate();
                generator.stop();
                if (!service.process().isAlive()) {
                    return conclude(startedAt, directory, probe, backends, service, generators, sampler,
                            new Measured(warmUp, loadBefore, closed(opening, ladder, from,
                                    edge(sampler.latest(), service), service, probe), null));
                }
                generator = generators.warm(LoadGenerator.Schedule.of(scenario.steps(), rate), alive);
            }
            Window window = window(backends, service, generator, sampler, probe);
            List<Result.Rung> holds = new ArrayList<>();
            while (scenario.search() == Scenario.Search.CAPACITY_TO_HOLD) {
                holds.add(hold(generator, rate));
                if (holds.getLast().isGood() || holds.size() == MAX_HOLDS || !service.process().isAlive()) {
                    break;
                }
                generator.awaitEnd();
                rate /= Result.Capacity.step(settings.quick());
                generator = generators.warm(LoadGenerator.Schedule.of(scenario.steps(), rate), alive);
                window = window(backends, service, generator, sampler, probe);
            }
            Result.Capacity capacity = search == null
                    ? null
                    : new Result.Capacity(rate, holds.isEmpty() || holds.getLast().isGood(), search.rungs(), holds);
            return conclude(startedAt, directory, probe, backends, service, generators, sampler,
                    new Measured(warmUp, loadBefore, window, capacity));
        }
    }

    /** @param loadBefore average load of the machine */
    private record Measured(Result.WarmUp warmUp, double loadBefore, Window window,
            Result.@Nullable Capacity capacity) {}

    /** Stops what runs, balances the books, and puts the figures together. */
    private Result.Run conclude(Instant startedAt, Path directory, Probe probe, Backends backends,
            ServiceProcess service, Generators generators, UsageSampler sampler, Measured measured) throws Exception {
        place.awaitEnd();
        progress.stack(stack.label());
        double loadAfter = Machine.loadAverage();
        ServiceMeters after = Actuator.read(service.management());
        ServiceMeters before = Objects.requireNonNullElseGet(measured.window().opening().before(),
                after::beforeAnything);

        progress.phase("stopping and balancing the books");
        Window window = measured.window();
        LoadGenerator generator = generators.all().getLast();
        List<String> problems = new ArrayList<>();
        boolean survived = service.process().isAlive();
        Retained heldAfter = survived ? heldAfter(window.opening().held(), generator, service, probe, problems) : null;
        Probe.Snapshot collected = survived ? probe.afterCollection() : window.last();
        // Last of all: the service loads classes and makes garbage to tell them.
        TaskRoles roles = new TaskRoles(survived ? probe.threadNames() : Map.of(), service.management().getPort());
        List<Sample> samples = sampler.between(window.from().sample().epochMillis(),
                window.to().sample().epochMillis());
        sampler.stop();
        if (!survived) {
            problems.add(service.process()
                    .failure("died under load with exit code " + service.process().exitCode())
                    .getMessage());
        } else if (!service.stopGracefully()) {
            problems.add("the service did not end by itself when asked to, exit code "
                    + service.process().exitCode());
        }
        if (survived) {
            after.unlike(before).ifPresent(problems::add);
        }
        Optional<PaymentCalls> calls = backends.calls(directory.resolve("payment-calls.csv"));
        generator.awaitEnd();

        List<RequestLog> clients = new ArrayList<>();
        for (LoadGenerator each : generators.all()) {
            RequestLog book = RequestLog.read(each.book());
            clients.add(settings.scenario().warm() ? book : book.withoutWarmUp());
        }
        Result.Balance accounts = Accounts.balance(clients, ServiceBook.read(service.process().log()), calls,
                stack.signs(settings.scenario().service()));
        accounts.violations().forEach(violation -> problems.add(violation.toString()));
        compress(service.process().log(), directory.resolve("payment-calls.csv"));
        for (LoadGenerator each : generators.all()) {
            compress(each.book());
        }

        var figures = new RunFigures(settings.scenario(), place.turns(), clients.getLast(), samples, roles,
                settings.quick());
        if (figures.ok().isEmpty()) {
            problems.add("not one measured request was answered as it should be, in time that counts");
        }
        Sample from = window.from().sample();
        Sample to = window.to().sample();
        var span = new Result.MeasuredWindow(window.schedule().startEpochMillis(), window.schedule().endEpochMillis(),
                from.epochMillis(), to.epochMillis(), figures.completed(from, to),
                compilerPercent(window.from(), window.to()), measured.loadBefore(), loadAfter,
                Machine.stealPercent(window.from().cpuTime(), window.to().cpuTime()));
        List<String> warnings = new ArrayList<>(figures.warnings(measured.warmUp(), span, measured.capacity()));
        if (measured.capacity() != null) {
            warnings.addAll(CapacitySearch.lateWhereItFailed(measured.capacity(), clients));
            CapacitySearch.tooLow(settings.scenario(), figures.requests()).ifPresent(warnings::add);
        }
        return new Result.Run(block, stack.label(), startedAt, problems.isEmpty(), problems,
                warnings,
                results.relativize(directory).toString(), measured.warmUp(), span, figures.requests(),
                figures.okPerSecond(span), figures.latency(), figures.lag(),
                figures.perRequest(span, from, to, window.opening().first(), window.last(), sampler),
                new Result.Memory(collected.heapUsedBytes(), collected.nonHeapUsedBytes(),
                        samples.stream().mapToLong(s -> usage(s).residentBytes()).max().orElse(0)),
                new Result.Threads(window.last().peakThreads(),
                        samples.stream().mapToInt(s -> usage(s).threads()).max().orElse(0)),
                new Result.Collections(window.last().collections() - window.opening().first().collections(),
                        window.last().collectionMillis() - window.opening().first().collectionMillis()),
                accounts, window.last().flags(), before, after, after.stageMillisSince(before),
                window.opening().held(), heldAfter, figures.recoverySeconds(), figures.goodputPerSecond(),
                measured.capacity(),
                figures.timeline());
    }

    /**
     * Lets a schedule run from its beginning to the last answer.
     *
     * @param generator whose schedule has not begun
     */
    private Window window(Backends backends, ServiceProcess service, LoadGenerator generator, UsageSampler sampler,
            Probe probe) throws Exception {
        generator.rest();
        place.awaitOthers();
        Opening opening = opening(service, probe);
        if (place.turns().areTaken()) {
            generator.measure(place.firstTurn());
        } else {
            generator.measure();
        }
        LoadGenerator.Times schedule = generator
                .awaitSchedule(() -> requireAlive(backends, service, "at the end of the warm-up"));
        // Until the schedule begins: two seconds for who is warm, so that what was asked is compiled meanwhile, and in no figure.
        Thread.sleep(Math.max(0, schedule.startEpochMillis() - READ_BEFORE.toMillis() - System.currentTimeMillis()));
        Edge from = edge(sampler.now(), service);
        progress.phase("measuring");
        awaitDone(backends, generator, schedule);
        Edge to = edge(sampler.latest(), service);
        place.awaitLastTurn();
        return closed(opening, schedule, from, to, service, probe);
    }

    private Opening opening(ServiceProcess service, Probe probe) throws Exception {
        ServiceMeters before = settings.scenario().warm() ? Actuator.read(service.management()) : null;
        Retained held = settings.scenario().isEventful() ? retained(service, probe) : null;
        return new Opening(before, held, probe.reset());
    }

    private static Window closed(Opening opening, LoadGenerator.Times schedule, Edge from, Edge to,
            ServiceProcess service, Probe probe) throws IOException {
        return new Window(schedule, opening, from, to,
                service.process().isAlive() ? probe.snapshot() : opening.first());
    }

    /** Of one that has died the compiler's time is not to be had, and counted as none. */
    private static Edge edge(Sample sample, ServiceProcess service) throws IOException {
        return new Edge(sample, compilerMicros(service), Machine.cpuTime());
    }

    private static Retained retained(ServiceProcess service, Probe probe) throws IOException, InterruptedException {
        ServiceMeters meters = Actuator.read(service.management());
        long heap = probe.afterCollection().heapUsedBytes();
        return new Retained(meters.used(), meters.idle(), meters.waiting(), meters.threads(),
                descriptors(service.process().pid()), heap);
    }

    private static int descriptors(long pid) {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) files.count();
        } catch (IOException _) { // no /proc, or not ours to see
            return 0;
        }
    }

    /** When the generator and its connections are gone; what is not given back in time is a problem. */
    private static @Nullable Retained heldAfter(@Nullable Retained before, LoadGenerator generator,
            ServiceProcess service,
            Probe probe, List<String> problems) throws Exception {
        if (before == null) {
            return null;
        }
        generator.awaitEnd();
        int inFlight = Timeline.mostInFlight(RequestLog.read(generator.book()));
        long limitNanos = System.nanoTime() + GIVE_BACK_LIMIT.toNanos();
        Retained now = retained(service, probe);
        while (!now.notGivenBackSince(before, inFlight).isEmpty() && System.nanoTime() - limitNanos < 0) {
            Thread.sleep(POLL_GIVING_BACK); // nobody tells when connections are closed
            now = retained(service, probe);
        }
        now.notGivenBackSince(before, inFlight).forEach(leak -> problems.add("not given back: " + leak));
        return now;
    }

    /** Of a service that dies meanwhile the rung is not good. */
    private CapacitySearch climb(LoadGenerator generator, LoadGenerator.Times schedule, Backends backends)
            throws Exception {
        progress.phase("searching for the highest rate");
        return CapacitySearch.climb(searchedRates(), generator, schedule.startEpochMillis(),
                () -> requireAlive(backends, "while the highest rate was searched for"),
                (rung, _) -> progress.detail(String.format(Locale.ROOT, "%.0f requests/s", rung.ratePerSecond())));
    }

    private static Result.Rung hold(LoadGenerator generator, double rate) throws IOException {
        LoadGenerator.Progress end = Objects.requireNonNull(generator.progress());
        return CapacitySearch.rung(rate, LoadGenerator.Progress.NONE, end);
    }

    private static ProcessUsage usage(Sample sample) {
        return sample.usage().getOrDefault(Role.SERVICE, ProcessUsage.NONE);
    }

    private UsageSampler sampler(Backends backends, ServiceProcess service, Generators generators) {
        UsageSampler sampler = new UsageSampler();
        sampler.watch(Role.SERVICE, () -> ProcessUsage.of(service.process().pid()));
        sampler.watchTasks(ProcessTasks.of(service.process().pid())::look);
        sampler.watch(Role.GENERATOR, generators::usage);
        backends.simulator()
                .ifPresent(
                        simulator -> sampler.watch(Role.SIMULATOR, () -> ProcessUsage.of(simulator.pid())));
        if (settings.scenario().faults().isEmpty()) { // one that is restarted counts from zero again
            backends.databasePid().ifPresent(pid -> sampler.watch(Role.DATABASE, () -> ProcessUsage.ofTree(pid)));
        }
        return sampler;
    }

    private Result.WarmUp warmUp(Backends backends, ServiceProcess service, LoadGenerator generator,
            UsageSampler sampler, Probe probe) throws Exception {
        ask(service, probe);
        long startLimitNanos = System.nanoTime() + Generators.START_LIMIT.toNanos();
        LoadGenerator.Progress first = generator.progress();
        while (first == null || first.completed() == 0) {
            requireAlive(backends, service, "before the first request was answered");
            requireAlive(generator, "before the first request was answered");
            if (System.nanoTime() - startLimitNanos > 0) {
                throw generator.process()
                        .failure("had no request answered within " + Generators.START_LIMIT.toSeconds()
                                + " s");
            }
            Thread.sleep(POLL); // nobody tells when a file was replaced
            first = generator.progress();
        }
        long startEpochMillis = first.epochMillis();
        Warmup warmup = new Warmup(settings.warmUpRequests(), settings.warmUpLimit(), hasFirstStage(backends) ? 1 : 2,
                reading(first, startEpochMillis, service, sampler));
        long lastEpochMillis = startEpochMillis;
        int asked = 0;
        while (true) {
            requireAlive(backends, service, "while warming up");
            requireAlive(generator, "while warming up");
            Thread.sleep(POLL_WARM_UP); // nobody tells when a file was replaced
            LoadGenerator.Progress now = generator.progress();
            if (now == null || now.epochMillis() == lastEpochMillis) {
                continue;
            }
            lastEpochMillis = now.epochMillis();
            progress.detail(String.format(Locale.ROOT, "%,d requests", now.completed()));
            if (warmup.windows().size() > asked) {
                asked = warmup.windows().size();
                ask(service, probe);
            }
            switch (warmup.read(reading(now, startEpochMillis, service, sampler))) {
                case GO_ON -> {
                }
                case BEGIN_SECOND_STAGE -> {
                    backends.setPaymentLatency(settings);
                    backends.setReadWait(readWait());
                    generator.callAllUsers();
                }
                case END -> {
                    return new Result.WarmUp(now.completed(), (lastEpochMillis - startEpochMillis) / 1000.0,
                            warmup.ended(), warmup.windows());
                }
            }
        }
    }

    /**
     * As will be before and after the window. Actuator answers with the same server and framework as the handler: the first
     * questions undo what the compiler had taken for granted, and the handler's code is compiled again.
     */
    private static void ask(ServiceProcess service, Probe probe) throws Exception {
        ServiceMeters _ = Actuator.read(service.management());
        Probe.Snapshot _ = probe.snapshot();
    }

    /** Only a payment API of our own can be told to be fast, and where nothing is to be warm it need not be. */
    private boolean hasFirstStage(Backends backends) {
        return backends.simulator().isPresent() && !settings.quick() && settings.scenario().warm();
    }

    private static Warmup.Reading reading(LoadGenerator.Progress now, long startEpochMillis, ServiceProcess service,
            UsageSampler sampler) {
        return new Warmup.Reading(now.epochMillis() - startEpochMillis, now.completed(),
                sampler.now().cpuMicros(Role.SERVICE), () -> compilerMicros(service));
    }

    private static long compilerMicros(ServiceProcess service) {
        return ProcessUsage.compilerMicros(service.process().pid());
    }

    private static double compilerPercent(Edge from, Edge to) {
        return 100.0 * Math.max(0, to.compilerMicros() - from.compilerMicros())
                / Math.max(1, to.sample().cpuMicros(Role.SERVICE) - from.sample().cpuMicros(Role.SERVICE));
    }

    /** The generator goes on though the service should die: what becomes of every request is to be known. */
    private void awaitDone(Backends backends, LoadGenerator generator, LoadGenerator.Times schedule)
            throws Exception {
        long limitEpochMillis = schedule.endEpochMillis() + LoadGenerator.DRAIN_LIMIT.toMillis();
        Deque<Scenario.Fault> faults = new ArrayDeque<>(settings.scenario().faults());
        while (true) {
            while (!faults.isEmpty()
                    && System.currentTimeMillis() >= schedule.startEpochMillis() + faults.getFirst().at().toMillis()) {
                backends.apply(faults.removeFirst(), settings);
            }
            LoadGenerator.Progress now = generator.progress();
            if (now != null && now.isDone()) {
                return;
            }
            requireAlive(backends, "under load");
            requireAlive(generator, "under load");
            if (System.currentTimeMillis() > limitEpochMillis) {
                throw generator.process()
                        .failure("was not done " + LoadGenerator.DRAIN_LIMIT.toSeconds()
                                + " s after its schedule's end");
            }
            long left = Math.max(0, schedule.endEpochMillis() - System.currentTimeMillis()) / 1000;
            progress.detail(settings.rate() + " requests/s, " + left + " s more");
            Thread.sleep(POLL); // nobody tells when a file was replaced
        }
    }

    private static void requireAlive(Backends backends, ServiceProcess service, String when)
            throws ProcessFailedException {
        service.requireAlive(when);
        requireAlive(backends, when);
    }

    private static void requireAlive(Backends backends, String when) throws ProcessFailedException {
        Optional<JvmProcess> simulator = backends.simulator();
        if (simulator.isPresent() && !simulator.get().isAlive()) {
            throw simulator.get().failure("died " + when + " with exit code " + simulator.get().exitCode());
        }
    }

    private static void requireAlive(LoadGenerator generator, String when) throws ProcessFailedException {
        if (!generator.process().isAlive()) {
            throw generator.process().failure("died " + when + " with exit code " + generator.process().exitCode());
        }
    }

    private static void compress(Path... files) throws IOException {
        for (Path file : files) {
            if (Files.exists(file)) {
                Gzip.replace(file);
            }
        }
    }
}
