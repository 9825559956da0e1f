package dev.threeways.comparison.load;

import dev.threeways.comparison.scenario.Settings;
import dev.threeways.lab.process.ProcessFailedException;
import dev.threeways.lab.process.ProcessUsage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The runs of the generator that belong to one fork, one after the other. */
public final class Generators {

    /** Checks that there is still a service to send to. */
    public interface Check {

        void require() throws ProcessFailedException;
    }

    /** Time from the start of a run to its first completed request. */
    public static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** Requests after which a generator's own code is compiled well enough not to lag. */
    private static final int WARM = 8_000;

    /** Requests that suffice for accounting alone: a cold target would take minutes to answer {@link #WARM}. */
    private static final int WARM_ENOUGH_TO_COUNT = 500;

    /** A target that answers 100 requests/s takes more than a minute. */
    private static final Duration WARM_LIMIT = Duration.ofMinutes(3);

    /** Distance between the seeds of a run's generators, so that no key comes twice. */
    private static final long OTHER_KEYS = 1_000_000_007L;

    private final GeneratorProcess process;

    private final Settings settings;

    private final URI target;

    private final Path directory;

    private final long seed;

    private final Duration slow;

    private final List<LoadGenerator> all = new CopyOnWriteArrayList<>();

    /**
     * @param target base URL that requests are sent to
     * @param seed of the first generator
     * @param slow latency above which a request counts as slow
     */
    public Generators(GeneratorProcess process, Settings settings, URI target, Path directory, long seed,
            Duration slow) {
        this.process = process;
        this.settings = settings;
        this.target = target;
        this.directory = directory;
        this.seed = seed;
        this.slow = slow;
    }

    /** Starts a generator that warms up with the target until it is told to measure. */
    public LoadGenerator next(LoadGenerator.Schedule schedule, boolean hasFirstStage) throws IOException {
        int number = all.size();
        LoadGenerator generator = LoadGenerator.start(process, settings, schedule, target, slow,
                seed + number * OTHER_KEYS,
                number == 0 ? directory : directory.resolve("again-" + number), hasFirstStage);
        all.add(generator);
        return generator;
    }

    /**
     * Starts a generator and warms it up with a target that is warm already.
     *
     * @return a generator that is ready to measure
     */
    public LoadGenerator warm(LoadGenerator.Schedule schedule, Check alive) throws Exception {
        LoadGenerator generator = next(schedule, false);
        awaitWarm(generator, alive);
        return generator;
    }

    /**
     * Warms up a generator before its target exists: something else answers in its place until the generator rests.
     *
     * @return a generator with nothing in flight, ready to measure
     */
    public LoadGenerator resting(LoadGenerator.Schedule schedule) throws Exception {
        try (InstantService _ = InstantService.start(target.getPort())) {
            LoadGenerator generator = next(schedule, false);
            awaitWarm(generator, () -> {});
            generator.rest();
            return generator;
        }
    }

    private void awaitWarm(LoadGenerator generator, Check alive) throws Exception {
        LoadGenerator.Progress now = generator.progress();
        int warm = settings.plan().quick() ? WARM_ENOUGH_TO_COUNT : WARM;
        long limitNanos = System.nanoTime() + WARM_LIMIT.toNanos();
        while (now == null || now.completed() < warm) {
            alive.require();
            if (!generator.process().isAlive() || System.nanoTime() - limitNanos > 0) {
                throw generator.process()
                        .failure("did not get warm: " + (now == null ? 0 : now.completed()) + " of "
                                + warm + " requests ended" + (generator.process().isAlive()
                                        ? " within " + WARM_LIMIT.toSeconds() + " s"
                                        : ""));
            }
            generator.awaitReport();
            now = generator.progress();
        }
    }

    public List<LoadGenerator> all() {
        return List.copyOf(all);
    }

    public Optional<ProcessUsage> usage() {
        return process.usage();
    }
}
