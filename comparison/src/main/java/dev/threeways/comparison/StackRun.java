package dev.threeways.comparison;

import dev.threeways.backends.FreePorts;
import dev.threeways.backends.JvmProcess;
import dev.threeways.backends.ProcessFailedException;
import dev.threeways.comparison.Result.PerRequest;
import dev.threeways.comparison.UsageSampler.Role;
import dev.threeways.comparison.UsageSampler.Sample;
import dev.threeways.gatling.RequestClass;
import dev.threeways.gatling.RequestLog;
import dev.threeways.gatling.RequestPhase;
import dev.threeways.gatling.RequestRecord;
import java.io.IOException;
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
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One stack in one block: everything started afresh, warmed up, measured, stopped, its books balanced.
 *
 * <p>CPU and counters are read twice, just before the first measured request and just after the last is answered. The
 * service is idle at both moments, so what lies between is what the measured requests cost, all of it and nothing else:
 * nothing has to be interpolated or cut off.
 */
final class StackRun {

    /** Another process is waited for, by way of a file it replaces: there is nothing to be woken by. */
    private static final Duration POLL_WARM_UP = Duration.ofMillis(25);

    /** The same where nothing is cut off by it: progress is shown, and a process that has died is noticed this soon. */
    private static final Duration POLL = Duration.ofMillis(100);

    /** From the start of the generator's JVM to its first completed request. */
    private static final Duration GENERATOR_START_LIMIT = Duration.ofSeconds(60);

    /** What a payment takes in the first stage of the warm-up: few requests at once keep the service busy. */
    private static final Duration FIRST_STAGE_PAYMENT = Duration.ofMillis(2);

    /** Longer than the generator waits for any answer. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);

    /** The payment API's median; warm and undisturbed, a generator is an order of magnitude better. */
    private static final double MAX_LAG_MILLIS = 50;

    /** Of the service's CPU while it is measured: twice what ends a warm-up. */
    private static final double MAX_COMPILER_PERCENT = 2.0 * Warmup.COMPILER_PERCENT;

    /** Where a search for capacity ends in any case. */
    private static final int MAX_RATE = 10_000;

    private static final int MAX_HOLDS = 5;

    /** Requests after which a generator's own code is compiled well enough not to be late. */
    private static final int GENERATOR_WARM = 8_000;

    /** Between the seeds of a run's generators, so that no key comes twice. */
    private static final long OTHER_KEYS = 1_000_000_007L;

    private static final Result.WarmUp NO_WARM_UP = new Result.WarmUp(0, 0, Warmup.Ended.LEFT_OUT, List.of());

    private final Settings settings;

    private final Home home;

    private final StackSpec stack;

    private final int block;

    private final Path results;

    private final Progress progress;

    StackRun(Settings settings, Home home, StackSpec stack, int block, Path results, Progress progress) {
        this.settings = settings;
        this.home = home;
        this.stack = stack;
        this.block = block;
        this.results = results;
        this.progress = progress;
    }

    /** @param compilerMicros CPU time of the service's JIT compiler so far */
    private record Edge(Sample sample, long compilerMicros, Probe.Snapshot counters) {}

    /**
     * @return the run, valid or not
     * @throws ProcessFailedException if a process does not start, or dies: the comparison cannot go on
     */
    Result.Run execute() throws Exception {
        Instant startedAt = Instant.now();
        Path directory = Files.createDirectories(results.resolve("block-" + block).resolve(stack.label()));
        Path socketDirectory = Files.createTempDirectory("probe"); // its path is short: a socket's has 108 bytes at most
        Probe probe = new Probe(socketDirectory.resolve("socket"));
        long seed = settings.seed() + block - 1;
        Path serviceLog = directory.resolve("service.log");
        try {
            progress.phase("starting PostgreSQL and the payment simulator");
            try (Backends backends = Backends.start(settings, home, seed, FreePorts.next(), directory)) {
                progress.phase("starting the service");
                try (ServiceProcess service = ServiceProcess.start(stack, settings, backends, FreePorts.next(),
                        FreePorts.next(), List.of(probe.jvmOption(home.probeJar())), serviceLog)) {
                    return load(startedAt, directory, seed, probe, backends, service);
                }
            }
        } finally {
            Files.deleteIfExists(probe.socket());
            Files.deleteIfExists(socketDirectory);
        }
    }

    private Result.Run load(Instant startedAt, Path directory, long seed, Probe probe, Backends backends,
            ServiceProcess service) throws Exception {
        progress.phase(settings.scenario().warm() ? "warming up" : "starting the load generator");
        if (!settings.scenario().faults().isEmpty() && !backends.canMakeTrouble()) {
            throw new UsageException("--scenario " + settings.scenario().name()
                    + " stops and breaks what services call: it needs its own PostgreSQL and payment simulator");
        }
        ServiceMeters _ = ServiceMeters.read(service.management()); // so that the next time it is quick
        if (hasFirstStage(backends)) {
            backends.setPaymentLatency(FIRST_STAGE_PAYMENT, FIRST_STAGE_PAYMENT);
        }
        Scenario scenario = settings.scenario();
        boolean searches = scenario.search() != Scenario.Search.NOTHING;
        List<RequestLog> earlier = new ArrayList<>();
        List<CapacitySearch.Rung> holds = new ArrayList<>();
        CapacitySearch search = null;
        double rate = scenario.rate();
        try (Generators generators = new Generators(service, directory, seed);
                UsageSampler sampler = sampler(backends, service, generators)) {
            LoadGenerator generator = generators.next(searches
                    ? LoadGenerator.Schedule.of(CapacitySearch.ladder(scenario.rate(), MAX_RATE), 1)
                    : LoadGenerator.Schedule.of(scenario.steps(), rate), hasFirstStage(backends));
            sampler.start();
            Result.WarmUp warmUp = NO_WARM_UP;
            double loadBefore = Machine.loadAverage();
            if (scenario.warm()) {
                warmUp = warmUp(backends, service, generator, sampler);
                loadBefore = Machine.loadAverage();
                generator.measure();
            }
            if (searches) {
                search = climb(backends, service, generator);
                rate = search.rate();
                generator.stop();
                earlier.add(RequestLog.read(generator.book()));
                generator = generators.warm(LoadGenerator.Schedule.of(scenario.steps(), rate));
            }
            LoadGenerator.Progress schedule = awaitSchedule(backends, service, generator);
            ServiceMeters before = ServiceMeters.read(service.management());
            Edge from = new Edge(sampler.now(), compilerMicros(service), probe.reset());
            progress.phase("measuring");
            awaitDone(backends, service, generator, schedule);
            while (scenario.search() == Scenario.Search.CAPACITY_TO_HOLD) {
                CapacitySearch.Rung hold = hold(generator, rate);
                holds.add(hold);
                if (hold.isGood() || holds.size() == MAX_HOLDS) {
                    break;
                }
                generator.awaitEnd();
                earlier.add(RequestLog.read(generator.book()));
                rate = CapacitySearch.lower(rate);
                generator = generators.warm(LoadGenerator.Schedule.of(scenario.steps(), rate));
                schedule = awaitSchedule(backends, service, generator);
                before = ServiceMeters.read(service.management());
                from = new Edge(sampler.now(), compilerMicros(service), probe.reset());
                awaitDone(backends, service, generator, schedule);
            }
            Edge to = new Edge(sampler.now(), compilerMicros(service), probe.snapshot());
            double loadAfter = Machine.loadAverage();
            ServiceMeters after = ServiceMeters.read(service.management());

            progress.phase("stopping and balancing the books");
            Probe.Snapshot collected = probe.afterCollection();
            List<Sample> samples = sampler.between(from.sample().epochMillis(), to.sample().epochMillis());
            sampler.stop();
            List<String> problems = new ArrayList<>();
            if (!service.stopGracefully()) {
                problems.add("the service did not end by itself when asked to, exit code "
                        + service.process().exitCode());
            }
            Optional<PaymentCalls> calls = backends.calls(directory.resolve("payment-calls.csv"));
            generator.awaitEnd();

            RequestLog client = RequestLog.read(generator.book());
            Accounts.Balance accounts = Accounts.balance(together(earlier, client),
                    ServiceBook.read(service.process().log()), calls);
            accounts.violations().forEach(violation -> problems.add(violation.toString()));
            List<RequestRecord> measured = client.requests().stream()
                    .filter(request -> request.phase() == RequestPhase.MEASURE).toList();
            List<RequestRecord> ok = measured.stream().filter(r -> r.requestClass() == RequestClass.OK).toList();
            if (ok.isEmpty()) {
                problems.add("not one measured request was answered as it should be");
            }
            compress(service.process().log(), directory.resolve("payment-calls.csv"));
            for (LoadGenerator each : generators.all) {
                compress(each.book());
            }

            List<Result.Second> timeline = Timeline.of(client, samples);
            var window = new Result.MeasuredWindow(start(schedule), end(schedule), from.sample().epochMillis(),
                    to.sample().epochMillis(), completed(client, from, to), compilerPercent(from, to), loadBefore,
                    loadAfter);
            return new Result.Run(block, stack.label(), startedAt, problems.isEmpty(), problems,
                    warnings(warmUp, window, lag(measured), requests(measured)),
                    results.relativize(directory).toString(), warmUp, window, requests(measured),
                    okPerSecond(client, ok, window), latency(ok), lag(measured),
                    perRequest(window.completed(), from, to, sampler),
                    new Result.Memory(collected.heapUsedBytes(), collected.nonHeapUsedBytes(),
                            samples.stream().mapToLong(s -> usage(s).residentBytes()).max().orElse(0)),
                    new Result.Threads(to.counters().peakThreads(),
                            samples.stream().mapToInt(s -> usage(s).threads()).max().orElse(0)),
                    new Result.Collections(to.counters().collections() - from.counters().collections(),
                            to.counters().collectionMillis() - from.counters().collectionMillis()),
                    accounts, to.counters().flags(), before, after, after.stageMillisSince(before),
                    recovery(timeline),
                    search == null ? null : new Result.Capacity(rate, search.rungs(), holds), timeline);
        }
    }

    /** The generators of one run, one after the other. */
    private final class Generators implements AutoCloseable {

        private final ServiceProcess service;

        private final Path directory;

        private final long seed;

        private final List<LoadGenerator> all = new CopyOnWriteArrayList<>();

        Generators(ServiceProcess service, Path directory, long seed) {
            this.service = service;
            this.directory = directory;
            this.seed = seed;
        }

        LoadGenerator next(LoadGenerator.Schedule schedule, boolean hasFirstStage) throws IOException {
            int number = all.size();
            LoadGenerator generator = LoadGenerator.start(settings, schedule, service.baseUrl(),
                    seed + number * OTHER_KEYS, number == 0 ? directory : directory.resolve("again-" + number),
                    hasFirstStage);
            all.add(generator);
            return generator;
        }

        /** Warm itself, for a service that is warm already. */
        LoadGenerator warm(LoadGenerator.Schedule schedule) throws Exception {
            LoadGenerator generator = next(schedule, false);
            LoadGenerator.Progress now = generator.progress();
            long limitNanos = System.nanoTime() + GENERATOR_START_LIMIT.toNanos();
            while (now == null || now.completed() < GENERATOR_WARM) {
                service.requireAlive("before it was measured");
                if (!generator.process().isAlive() || System.nanoTime() - limitNanos > 0) {
                    throw generator.process().failure("did not get warm");
                }
                Thread.sleep(POLL);
                now = generator.progress();
            }
            generator.measure();
            return generator;
        }

        Optional<ProcessUsage> usage() {
            return all.isEmpty() ? Optional.empty() : ProcessUsage.of(all.getLast().process().pid());
        }

        @Override
        public void close() {
            all.forEach(LoadGenerator::close);
        }
    }

    private CapacitySearch climb(Backends backends, ServiceProcess service, LoadGenerator generator) throws Exception {
        LoadGenerator.Progress schedule = awaitSchedule(backends, service, generator);
        progress.phase("searching for the highest rate");
        CapacitySearch search = new CapacitySearch(settings.rate(), MAX_RATE, schedule);
        while (true) {
            LoadGenerator.Progress now = generator.progress();
            if (now != null && !search.goesOn(now, start(schedule))) {
                return search;
            }
            requireAlive(backends, service, generator, "while its highest rate was searched for");
            if (!search.rungs().isEmpty()) {
                progress.detail(String.format(Locale.ROOT, "%.0f requests/s", search.rate()));
            }
            Thread.sleep(POLL);
        }
    }

    private static CapacitySearch.Rung hold(LoadGenerator generator, double rate) throws IOException {
        LoadGenerator.Progress end = Objects.requireNonNull(generator.progress());
        return CapacitySearch.rung(rate, new LoadGenerator.Progress("measure", 0, 0, 0, 0, 0, 0, 0, null, null), end);
    }

    private static List<RequestLog> together(List<RequestLog> earlier, RequestLog last) {
        List<RequestLog> all = new ArrayList<>(earlier);
        all.add(last);
        return all;
    }

    /** Null if nothing happened, or it never was as before. */
    private @Nullable Integer recovery(List<Result.Second> timeline) {
        Scenario scenario = settings.scenario();
        OptionalInt seconds = OptionalInt.empty();
        if (!scenario.faults().isEmpty()) {
            seconds = Timeline.recoverySeconds(timeline, (int) scenario.faults().getFirst().at().toSeconds(),
                    (int) scenario.faults().getLast().at().toSeconds());
        } else if (scenario.steps().size() > 1) {
            long first = scenario.steps().getFirst().duration().toSeconds();
            seconds = Timeline.recoverySeconds(timeline, (int) first,
                    (int) (first + scenario.steps().get(1).duration().toSeconds()));
        }
        return seconds.isPresent() ? seconds.getAsInt() : null;
    }

    private List<String> warnings(Result.WarmUp warmUp, Result.MeasuredWindow window, Latencies.Summary lag,
            Result.Requests requests) {
        List<String> warnings = new ArrayList<>();
        if (!settings.quick() && warmUp.ended() == Warmup.Ended.TIME_LIMIT) {
            warnings.add(String.format(Locale.ROOT, "the warm-up was cut off after %.0f s; then the JIT compiler used "
                    + "%.1f %% of the CPU measured", warmUp.seconds(), window.compilerPercent()));
        } else if (!settings.quick() && window.compilerPercent() > MAX_COMPILER_PERCENT) {
            warnings.add(String.format(Locale.ROOT, "the service seemed warm, but the JIT compiler used %.1f %% of the "
                    + "CPU measured", window.compilerPercent()));
        }
        if (lag.p99() > MAX_LAG_MILLIS) {
            warnings.add(
                    String.format(Locale.ROOT, "the generator was late, p99 %.0f ms: the machine was too busy, and "
                            + "latencies are partly the generator's own", lag.p99()));
        }
        if (window.countersFromEpochMillis() > window.startEpochMillis()) {
            warnings.add("counters were first read " + (window.countersFromEpochMillis() - window.startEpochMillis())
                    + " ms after the window's begin");
        }
        long failed = requests.failed().values().stream().mapToLong(Long::longValue).sum();
        if (failed > 0) {
            warnings.add(failed + " requests failed: latency is that of the others");
        }
        return warnings;
    }

    private static ProcessUsage usage(Sample sample) {
        return sample.usage().getOrDefault(Role.SERVICE, ProcessUsage.NONE);
    }

    private UsageSampler sampler(Backends backends, ServiceProcess service, Generators generators) {
        UsageSampler sampler = new UsageSampler();
        sampler.watch(Role.SERVICE, () -> ProcessUsage.of(service.process().pid()));
        sampler.watch(Role.GENERATOR, generators::usage);
        backends.simulator().ifPresent(
                simulator -> sampler.watch(Role.SIMULATOR, () -> ProcessUsage.of(simulator.pid())));
        if (settings.scenario().faults().isEmpty()) { // one that is restarted counts from zero again
            backends.databasePid().ifPresent(pid -> sampler.watch(Role.DATABASE, () -> ProcessUsage.ofTree(pid)));
        }
        return sampler;
    }

    private Result.WarmUp warmUp(Backends backends, ServiceProcess service, LoadGenerator generator,
            UsageSampler sampler) throws Exception {
        long startLimitNanos = System.nanoTime() + GENERATOR_START_LIMIT.toNanos();
        LoadGenerator.Progress first = generator.progress();
        while (first == null || first.completed() == 0) {
            requireAlive(backends, service, generator, "before the first request was answered");
            if (System.nanoTime() - startLimitNanos > 0) {
                throw generator.process().failure("had no request answered within " + GENERATOR_START_LIMIT.toSeconds()
                        + " s");
            }
            Thread.sleep(POLL);
            first = generator.progress();
        }
        long startEpochMillis = first.epochMillis();
        Warmup warmup = new Warmup(settings.warmUpRequests(), settings.warmUpLimit(), hasFirstStage(backends) ? 1 : 2,
                reading(first, startEpochMillis, service, sampler));
        long lastEpochMillis = startEpochMillis;
        while (true) {
            requireAlive(backends, service, generator, "while warming up");
            Thread.sleep(POLL_WARM_UP);
            LoadGenerator.Progress now = generator.progress();
            if (now == null || now.epochMillis() == lastEpochMillis) {
                continue;
            }
            lastEpochMillis = now.epochMillis();
            progress.detail(String.format(Locale.ROOT, "%,d requests", now.completed()));
            switch (warmup.read(reading(now, startEpochMillis, service, sampler))) {
                case GO_ON -> {
                }
                case BEGIN_SECOND_STAGE -> {
                    backends.setPaymentLatency(settings.paymentMedian(), settings.paymentP99());
                    generator.callAllUsers();
                }
                case END -> {
                    return new Result.WarmUp(now.completed(), (lastEpochMillis - startEpochMillis) / 1000.0,
                            warmup.ended(), warmup.windows());
                }
            }
        }
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
        return 100.0 * (to.compilerMicros() - from.compilerMicros())
                / Math.max(1, to.sample().cpuMicros(Role.SERVICE) - from.sample().cpuMicros(Role.SERVICE));
    }

    private LoadGenerator.Progress awaitSchedule(Backends backends, ServiceProcess service, LoadGenerator generator)
            throws Exception {
        long limitNanos = System.nanoTime() + DRAIN_LIMIT.toNanos();
        while (true) {
            LoadGenerator.Progress now = generator.progress();
            if (now != null && !now.isWarmingUp() && now.measureStartEpochMillis() != null
                    && now.measureEndEpochMillis() != null) {
                return now;
            }
            requireAlive(backends, service, generator, "at the end of the warm-up");
            if (System.nanoTime() - limitNanos > 0) {
                throw generator.process().failure("did not end its warm-up within " + DRAIN_LIMIT.toSeconds() + " s");
            }
            Thread.sleep(POLL_WARM_UP);
        }
    }

    private void awaitDone(Backends backends, ServiceProcess service, LoadGenerator generator,
            LoadGenerator.Progress schedule) throws Exception {
        long limitEpochMillis = end(schedule) + DRAIN_LIMIT.toMillis();
        Deque<Scenario.Fault> faults = new ArrayDeque<>(settings.scenario().faults());
        while (true) {
            while (!faults.isEmpty()
                    && System.currentTimeMillis() >= start(schedule) + faults.getFirst().at().toMillis()) {
                backends.apply(faults.removeFirst().trouble(), settings);
            }
            LoadGenerator.Progress now = generator.progress();
            if (now != null && now.isDone()) {
                return;
            }
            requireAlive(backends, service, generator, "under load");
            if (System.currentTimeMillis() > limitEpochMillis) {
                throw generator.process().failure("was not done " + DRAIN_LIMIT.toSeconds()
                        + " s after its schedule's end");
            }
            long left = Math.max(0, end(schedule) - System.currentTimeMillis()) / 1000;
            progress.detail(settings.rate() + " requests/s, " + left + " s more");
            Thread.sleep(POLL);
        }
    }

    private static void requireAlive(Backends backends, ServiceProcess service, LoadGenerator generator, String when)
            throws ProcessFailedException {
        service.requireAlive(when);
        Optional<JvmProcess> simulator = backends.simulator();
        if (simulator.isPresent() && !simulator.get().isAlive()) {
            throw simulator.get().failure("died " + when + " with exit code " + simulator.get().exitCode());
        }
        if (!generator.process().isAlive()) {
            throw generator.process().failure("died " + when + " with exit code " + generator.process().exitCode());
        }
    }

    private static long start(LoadGenerator.Progress schedule) {
        Long millis = schedule.measureStartEpochMillis();
        return millis == null ? 0 : millis;
    }

    private static long end(LoadGenerator.Progress schedule) {
        Long millis = schedule.measureEndEpochMillis();
        return millis == null ? 0 : millis;
    }

    /** What was refused never got there, and what the generator did not see the end of may not have ended. */
    private static long completed(RequestLog client, Edge from, Edge to) {
        double fromMicros = from.sample().epochMillis() * 1000.0 - client.originEpochMicros();
        double toMicros = (to.sample().epochMillis() + 1) * 1000.0 - client.originEpochMicros();
        return client.requests().stream().filter(request -> request.requestClass() != RequestClass.REFUSED)
                .flatMapToLong(request -> request.endMicros().stream())
                .filter(micros -> micros >= fromMicros && micros <= toMicros).count();
    }

    private static Result.Requests requests(List<RequestRecord> measured) {
        Map<RequestClass, Long> classes = measured.stream()
                .collect(Collectors.groupingBy(RequestRecord::requestClass, TreeMap::new, Collectors.counting()));
        Map<Integer, Long> statuses = measured.stream().filter(request -> request.status() != 0)
                .collect(Collectors.groupingBy(RequestRecord::status, TreeMap::new, Collectors.counting()));
        Map<String, Long> failed = new TreeMap<>();
        classes.forEach((requestClass, count) -> {
            if (requestClass != RequestClass.OK && requestClass != RequestClass.NEVER_SENT) {
                failed.put(requestClass.id(), count);
            }
        });
        long neverSent = classes.getOrDefault(RequestClass.NEVER_SENT, 0L);
        return new Result.Requests(measured.size(), measured.size() - neverSent,
                classes.getOrDefault(RequestClass.OK, 0L), failed, statuses, neverSent);
    }

    /** Until the last answer, if that came after the schedule's end: whoever falls behind must not gain by it. */
    private static double okPerSecond(RequestLog client, List<RequestRecord> ok, Result.MeasuredWindow window) {
        double lastMillis = ok.stream().flatMapToLong(request -> request.endMicros().stream()).max()
                .orElse(0) / 1000.0 + client.originEpochMicros() / 1000.0;
        return ok.size() * 1000.0
                / (Math.max((double) window.endEpochMillis(), lastMillis) - window.startEpochMillis());
    }

    private static Result.Latency latency(List<RequestRecord> ok) {
        Latencies latencies = new Latencies();
        ok.stream().flatMapToLong(request -> request.latencyMicros().stream()).forEach(latencies::record);
        Latencies.Summary summary = latencies.summary();
        return new Result.Latency(summary.count(), summary.p50(), summary.p90(), summary.p99(), summary.p999(),
                summary.max(), latencies.encoded());
    }

    private static Latencies.Summary lag(List<RequestRecord> measured) {
        Latencies lags = new Latencies();
        measured.stream().filter(Accounts::isSent).forEach(request -> lags.record(request.lagMicros()));
        return lags.summary();
    }

    private static PerRequest perRequest(long completed, Edge from, Edge to, UsageSampler sampler) {
        double requests = Math.max(1, completed); // a run without any is invalid and says so
        return new PerRequest(cpuMillis(Role.SERVICE, from, to) / requests,
                sampler.watches(Role.DATABASE) ? cpuMillis(Role.DATABASE, from, to) / requests : null,
                sampler.watches(Role.SIMULATOR) ? cpuMillis(Role.SIMULATOR, from, to) / requests : null,
                cpuMillis(Role.GENERATOR, from, to) / requests,
                per(requests, from.counters().voluntarySwitches(), to.counters().voluntarySwitches()),
                per(requests, from.counters().involuntarySwitches(), to.counters().involuntarySwitches()),
                (to.counters().allocatedBytes() - from.counters().allocatedBytes()) / requests);
    }

    private static double cpuMillis(Role role, Edge from, Edge to) {
        return (to.sample().cpuMicros(role) - from.sample().cpuMicros(role)) / 1000.0;
    }

    private static @Nullable Double per(double requests, @Nullable Long from, @Nullable Long to) {
        return from == null || to == null ? null : Double.valueOf((to - from) / requests);
    }

    private static void compress(Path... files) throws IOException {
        for (Path file : files) {
            if (Files.exists(file)) {
                Gzip.replace(file);
            }
        }
    }
}
