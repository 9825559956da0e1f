package dev.threeways.comparison.load;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultDirectory;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.lab.process.CpuPlan;
import dev.threeways.lab.process.FreePorts;
import dev.threeways.lab.process.ProcessUsage;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Measures the load generator's own highest rate here, before any stack. It sends to a server in this process that
 * answers at once, faster and faster, until it lags or is fast enough for the plan.
 */
public final class GeneratorCeiling {

    /** Lag above which a second is marked. Answers come at once: a slower one was sent late. */
    private static final Duration LATE = Duration.ofMillis(50);

    /** First rate where capacity is searched for: the planned load is not known. */
    private static final int SEARCH_FROM = 500;

    private static final double SEARCH_FACTOR = 1.35;

    private static final int MAX_RATE = 20_000;

    /** The generator is fast enough at twice the planned rate. */
    private static final double RESERVE = 2;

    /** Part of shared CPUs that a generator may use before it takes them from the service. */
    private static final double SHARE = 0.25;

    private GeneratorCeiling() {}

    /** @param directory for the generator's logs, and nothing else */
    public static Result.Ceiling measure(Settings settings, Path directory) throws Exception {
        Scenario scenario = settings.scenario();
        double peak = scenario.rate() * scenario.steps().stream().mapToDouble(Scenario.Step::times).max().orElse(1);
        double[] rates = scenario.search() == Scenario.Search.NOTHING
                ? new double[]{RESERVE * peak, RESERVE * peak} // a second try, if the first was disturbed
                : CapacitySearch.rates(SEARCH_FROM, MAX_RATE, SEARCH_FACTOR);
        Path fresh = ResultDirectory.fresh(directory);
        try (InstantService target = InstantService.start(FreePorts.next());
                GeneratorProcess process = GeneratorProcess.start(settings, fresh)) {
            Generators generators = new Generators(process, settings, target.baseUrl(), fresh, settings.seed(), LATE);
            LoadGenerator generator = generators
                    .warm(LoadGenerator.Schedule.of(CapacitySearch.ladder(rates), 1), () -> {});
            generator.measure();
            return climb(settings, rates, generators, generator);
        }
    }

    private static Result.Ceiling climb(Settings settings, double[] rates, Generators generators,
            LoadGenerator generator) throws Exception {
        long start = generator.awaitSchedule(() -> {}).startEpochMillis();
        Cost cost = new Cost(generators);
        CapacitySearch search = CapacitySearch.climb(rates, generator, start, () -> {}, cost::read);
        generator.stop();
        boolean reached = search.rungs().isEmpty() || !search.rungs().getLast().isGood();
        double usable = settings.cpus().mode() == CpuPlan.Mode.SHARED && cost.millisPerRequest > 0
                ? Math.min(search.rate(), SHARE * 1000 * settings.cpus().others().size() / cost.millisPerRequest)
                : search.rate();
        return new Result.Ceiling(search.rate(), reached, cost.millisPerRequest, usable);
    }

    /** CPU time of the generator per request, on the last rung without lag. */
    private static final class Cost {

        private final Generators generators;

        private double millisPerRequest;

        private long requests;

        private long cpuMicros;

        Cost(Generators generators) {
            this.generators = generators;
            cpuMicros = cpuMicros();
        }

        void read(Result.Rung rung, LoadGenerator.Progress now) {
            long cpu = cpuMicros();
            if (rung.isGood()) {
                millisPerRequest = (cpu - cpuMicros) / 1000.0 / Math.max(1, now.measuredEnded() - requests);
            }
            cpuMicros = cpu;
            requests = now.measuredEnded();
        }

        private long cpuMicros() {
            return generators.usage().map(ProcessUsage::cpuMicros).orElse(0L);
        }
    }
}
