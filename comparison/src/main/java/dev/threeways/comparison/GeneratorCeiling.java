package dev.threeways.comparison;

import dev.threeways.backends.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the load generator itself can do here, found before anything is measured: it sends to a server in this process that
 * answers at once, faster and faster until it is late, or until it is fast enough for what is planned.
 */
final class GeneratorCeiling {

    /** Answers come at once: what takes longer was sent late. The lag above which a second is marked. */
    private static final Duration LATE = Duration.ofMillis(50);

    /** Where capacity is searched for, what it will take is not known. */
    private static final int SEARCH_FROM = 500;

    private static final double SEARCH_FACTOR = 1.35;

    private static final int MAX_RATE = 20_000;

    /** Fast enough is twice what is planned. */
    private static final double RESERVE = 2;

    /** Of CPUs that everybody shares, a generator may take a quarter before it takes them from the service. */
    private static final double SHARE = 0.25;

    /** The generator tells of itself in a file it replaces, several times a second: there is nothing to be woken by. */
    private static final Duration POLL = Duration.ofMillis(50);

    private GeneratorCeiling() {}

    /** @param directory for its log and book */
    static Result.Ceiling measure(Settings settings, Path directory) throws Exception {
        Scenario scenario = settings.scenario();
        double peak = scenario.rate() * scenario.steps().stream().mapToDouble(Scenario.Step::times).max().orElse(1);
        double[] rates = scenario.search() == Scenario.Search.NOTHING
                ? new double[]{RESERVE * peak}
                : CapacitySearch.rates(SEARCH_FROM, MAX_RATE, SEARCH_FACTOR);
        try (InstantService target = InstantService.start(FreePorts.next());
                Generators generators = new Generators(settings, target.baseUrl(), Files.createDirectories(directory),
                        settings.seed(), LATE)) {
            LoadGenerator generator = generators
                    .warm(LoadGenerator.Schedule.of(CapacitySearch.ladder(rates), 1), () -> {});
            return climb(settings, rates, generators, generator);
        }
    }

    private static Result.Ceiling climb(Settings settings, double[] rates, Generators generators,
            LoadGenerator generator) throws Exception {
        LoadGenerator.Progress now = awaitSchedule(generator);
        long start = now.measureStartEpochMillis() == null ? now.epochMillis() : now.measureStartEpochMillis();
        CapacitySearch search = new CapacitySearch(rates, now);
        long requests = now.completed();
        long cpuMicros = cpuMicros(generators);
        double cpuMillisPerRequest = 0;
        int rungs = 0;
        boolean goesOn = true;
        while (goesOn) {
            if (!generator.process().isAlive()) {
                throw generator.process().failure("died while its ceiling was measured");
            }
            Thread.sleep(POLL);
            now = progress(generator);
            goesOn = search.goesOn(now, start);
            if (search.rungs().size() > rungs) {
                rungs = search.rungs().size();
                long cpu = cpuMicros(generators);
                if (search.rungs().getLast().isGood()) {
                    cpuMillisPerRequest = (cpu - cpuMicros) / 1000.0 / Math.max(1, now.completed() - requests);
                }
                cpuMicros = cpu;
                requests = now.completed();
            }
        }
        generator.stop();
        boolean reached = search.rungs().isEmpty() || !search.rungs().getLast().isGood();
        double usable = settings.cpus().mode() == CpuPlan.Mode.SHARED && cpuMillisPerRequest > 0
                ? Math.min(search.rate(), SHARE * 1000 * settings.cpus().others().size() / cpuMillisPerRequest)
                : search.rate();
        return new Result.Ceiling(search.rate(), reached, cpuMillisPerRequest, usable);
    }

    private static long cpuMicros(Generators generators) {
        return generators.usage().map(ProcessUsage::cpuMicros).orElse(0L);
    }

    private static LoadGenerator.Progress awaitSchedule(LoadGenerator generator) throws Exception {
        LoadGenerator.Progress now = progress(generator);
        while (now.isWarmingUp() || now.measureStartEpochMillis() == null) {
            if (!generator.process().isAlive()) {
                throw generator.process().failure("died before its ceiling was measured");
            }
            Thread.sleep(POLL);
            now = progress(generator);
        }
        return now;
    }

    /** Of one that has been heard of. */
    private static LoadGenerator.Progress progress(LoadGenerator generator) throws Exception {
        LoadGenerator.Progress now = generator.progress();
        if (now == null) {
            throw generator.process().failure("tells nothing of its progress");
        }
        return now;
    }
}
