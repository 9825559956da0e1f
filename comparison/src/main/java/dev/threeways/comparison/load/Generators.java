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

/** The generators of one run, one after the other. */
public final class Generators implements AutoCloseable {

    /** Whether there is still somebody to send to. */
    public interface Check {

        void require() throws ProcessFailedException;
    }

    /** From the start of a generator's JVM to its first completed request. */
    public static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** Requests after which a generator's own code is compiled well enough not to be late. */
    private static final int WARM = 8_000;

    /** Where only the accounting is of interest, and the target is cold: it would take minutes to answer so many. */
    private static final int WARM_ENOUGH_TO_COUNT = 500;

    /** A target that answers a hundred requests a second takes more than a minute. */
    private static final Duration WARM_LIMIT = Duration.ofMinutes(3);

    /** Between the seeds of a run's generators, so that no key comes twice. */
    private static final long OTHER_KEYS = 1_000_000_007L;

    private final Settings settings;

    private final URI target;

    private final Path directory;

    private final long seed;

    private final Duration slow;

    private final List<LoadGenerator> all = new CopyOnWriteArrayList<>();

    /**
     * @param target base URL of what is sent to
     * @param seed of the first
     * @param slow what a generator counts as slow
     */
    public Generators(Settings settings, URI target, Path directory, long seed, Duration slow) {
        this.settings = settings;
        this.target = target;
        this.directory = directory;
        this.seed = seed;
        this.slow = slow;
    }

    /** Warms up with the target, until it is told to measure. */
    public LoadGenerator next(LoadGenerator.Schedule schedule, boolean hasFirstStage) throws IOException {
        int number = all.size();
        LoadGenerator generator = LoadGenerator.start(settings, schedule, target, slow, seed + number * OTHER_KEYS,
                number == 0 ? directory : directory.resolve("again-" + number), hasFirstStage);
        all.add(generator);
        return generator;
    }

    /**
     * Warms itself up with a target that is warm already.
     *
     * @return ready to measure
     */
    public LoadGenerator warm(LoadGenerator.Schedule schedule, Check alive) throws Exception {
        LoadGenerator generator = next(schedule, false);
        awaitWarm(generator, alive);
        return generator;
    }

    /**
     * Warm, though the target is not even there: something else answers in its place, until the generator rests.
     *
     * @return with nothing on its way, ready to measure
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

    /** Of the last. */
    public Optional<ProcessUsage> usage() {
        return all.isEmpty() ? Optional.empty() : ProcessUsage.of(all.getLast().process().pid());
    }

    @Override
    public void close() {
        all.forEach(LoadGenerator::close);
    }
}
