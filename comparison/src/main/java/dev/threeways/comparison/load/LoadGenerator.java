package dev.threeways.comparison.load;

import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.gatling.Director;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.ProcessFailedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One run of Gatling. It warms a service up in a closed loop until {@link #measure()}, and then runs its schedule. It reports
 * its progress over a socket, several times a second.
 */
public final class LoadGenerator {

    /** The objective for the 99th percentile, common to all stacks. */
    public static final Duration SLOW = Duration.ofMillis(500);

    /** Least number in flight while warming up, and of connections: up to 1,000 requests/s at 65 ms each. */
    private static final int MIN_WARM_UP_USERS = 64;

    private static final int MAX_WARM_UP_USERS = 1_000;

    /** Multiple of the measured number in flight, so that warming up at full speed is faster than measuring. */
    private static final double MORE_IN_FLIGHT = 1.25;

    /** Users in the first stage, see {@code Warmup}: enough for two CPUs if payments take 2 ms. */
    private static final int FIRST_STAGE_USERS = 8;

    /** Time from the last answer until the request log is written. */
    private static final Duration END_LIMIT = Duration.ofMinutes(1);

    /** Time that a warm-up may take beyond its limit, such as another target's start. */
    private static final Duration WARM_UP_RESERVE = Duration.ofMinutes(3);

    /** The generator's own limit on warm-up. */
    private static final Duration MAX_WARM_UP = Duration.ofHours(1);

    /** Longest single wait for a report: reports are rarer, but a process's death is noticed this soon. */
    private static final Duration REPORT_WAIT = Duration.ofMillis(100);

    /** Time for the last requests in flight: longer than the generator waits for any answer. */
    public static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);

    /** Time for the last answers of a warm-up or of a schedule that ends early. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private static final JsonMapper json = new JsonMapper();

    private final GeneratorProcess process;

    private final Path directory;

    private final Director director;

    private boolean isHeld;

    private boolean rests;

    private LoadGenerator(GeneratorProcess process, Path directory, Director director) {
        this.process = process;
        this.directory = directory;
        this.director = director;
    }

    /**
     * A progress report of the generator.
     *
     * @param phase {@code warm-up}, {@code measure} or {@code done}
     * @param completed requests completed since the run began
     * @param measuredEnded requests of the schedule that ended so far
     * @param measuredFailed ended requests that were not answered as they should be
     * @param measuredSlow ended requests that did not fail but were slower than the limit given at the start
     * @param measureStartEpochMillis intended time zero of the schedule; null before it is known
     */
    public record Progress(String phase, long epochMillis, long completed, long sent, long planned, long measuredEnded,
            long measuredFailed, long measuredSlow, @Nullable Long measureStartEpochMillis,
            @Nullable Long measureEndEpochMillis) {

        public static final Progress NONE = new Progress("measure", 0, 0, 0, 0, 0, 0, 0, null, null);

        public boolean isDone() {
            return phase.equals("done");
        }
    }

    /** When the schedule begins and ends. */
    public record Times(long startEpochMillis, long endEpochMillis) {}

    /**
     * What to send once the warm-up is over.
     *
     * @param steps as {@code dev.threeways.gatling.Steps} reads them
     * @param firstRate requests a second of the first step
     */
    public record Schedule(String steps, Duration duration, double firstRate) {

        /** @param rate that the steps multiply */
        public static Schedule of(List<Scenario.Step> steps, double rate) {
            return new Schedule(steps.stream()
                    .map(step -> String.format(Locale.ROOT, "%.3fs@%d",
                            step.duration().toMillis() / 1000.0,
                            step.times() == 0 ? 0 : Math.max(1, Math.round(step.times() * rate))))
                    .collect(Collectors.joining(",")),
                    steps.stream().map(Scenario.Step::duration).reduce(Duration.ZERO, Duration::plus),
                    Math.max(1, steps.getFirst().times() * rate));
        }
    }

    /**
     * Starts warming up.
     *
     * @param baseUrl of the service
     * @param slow latency above which a request counts as slow
     * @param seed of arrivals, orders and keys
     * @param directory for its request log and reports
     * @param hasFirstStage whether the warm-up begins with few users
     */
    static LoadGenerator start(GeneratorProcess process, Settings settings, Schedule schedule, URI baseUrl,
            Duration slow, long seed, Path directory, boolean hasFirstStage) throws IOException {
        Files.createDirectories(directory);
        // A generator that takes turns also waits for other stacks to get warm.
        long warmUpMax = Math.min(MAX_WARM_UP.toSeconds(),
                settings.plan()
                        .warmUpLimit()
                        .plus(WARM_UP_RESERVE)
                        .multipliedBy(settings.turns().stacks())
                        .toSeconds());
        var director = new Director();
        int users = warmUpUsers(settings, schedule);
        Map<String, Object> properties = new TreeMap<>(Map.of("baseUrl", baseUrl, "steps", schedule.steps(),
                "duration", schedule.duration().toMillis() / 1000.0, "seed", seed, "topology",
                settings.scenario().topology().name().toLowerCase(Locale.ROOT), "warmupUsers", users,
                "warmupFirstUsers", hasFirstStage ? FIRST_STAGE_USERS : users, "warmupMax", warmUpMax, "slowMillis",
                slow.toMillis()));
        properties.putAll(Map.of("arrivals", "poisson", "assertions", false, "control", director.socket(), "results",
                directory));
        try {
            process.run(properties.entrySet()
                    .stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, property -> String.valueOf(property.getValue()))));
            return new LoadGenerator(process, directory, director);
        } catch (IOException | RuntimeException e) {
            director.close();
            throw e;
        }
    }

    /** Little's law: in flight = rate × time. */
    private static int warmUpUsers(Settings settings, Schedule schedule) {
        Duration expected = settings.scenario().expected();
        double inFlight = schedule.firstRate()
                * (expected.isZero() ? settings.scenario().paymentMedian() : expected).toMillis() / 1000.0;
        return Math.clamp(Math.round(inFlight * MORE_IN_FLIGHT), MIN_WARM_UP_USERS, MAX_WARM_UP_USERS);
    }

    public JvmProcess process() {
        return process.process();
    }

    /** @return null before the first report */
    public @Nullable Progress progress() {
        String report = director.latest();
        return report == null ? null : json.readValue(report, Progress.class);
    }

    /** Waits for a report, but only for a moment, so that a process's death is noticed. */
    public void awaitReport() throws InterruptedException {
        director.awaitReport(REPORT_WAIT);
    }

    /** Starts the users that the first stage of the warm-up did without. */
    public void startAllUsers() throws IOException {
        director.tell("all-users");
    }

    /**
     * Ends the warm-up and awaits what is in flight. The schedule begins a few seconds later, or at once if it is held.
     */
    public void measure() throws IOException {
        director.tell(isHeld ? "begin" : "measure");
    }

    /** Ends the warm-up, and prepares the schedule to begin at once on {@link #measure()}. */
    public void hold() throws IOException {
        director.tell("measure wait");
        isHeld = true;
    }

    /** Ends the warm-up and begins the schedule at a given time, some seconds ahead. */
    public void measure(Instant begin) throws IOException {
        director.tell("measure " + begin.toEpochMilli());
    }

    /**
     * Waits until the warm-up is over and none of its requests is in flight.
     *
     * @throws ProcessFailedException if that takes too long, or the generator dies
     */
    public Times awaitSchedule(Generators.Check alive) throws Exception {
        long limitNanos = System.nanoTime() + DRAIN_LIMIT.toNanos();
        while (true) {
            Progress now = progress();
            if (now != null && now.measureStartEpochMillis() != null && now.measureEndEpochMillis() != null) {
                return new Times(now.measureStartEpochMillis(), now.measureEndEpochMillis());
            }
            alive.require();
            requireAlive("at the end of its warm-up");
            if (System.nanoTime() - limitNanos > 0) {
                throw process().failure("did not end its warm-up within " + DRAIN_LIMIT.toSeconds() + " s");
            }
            awaitReport();
        }
    }

    /** @throws ProcessFailedException if the generator has died */
    public void requireAlive(String when) throws ProcessFailedException {
        if (!process().isAlive()) {
            throw process().failure("died " + when + " with exit code " + process().exitCode());
        }
    }

    public Path requestLog() {
        return directory.resolve("requests.csv");
    }

    /** Stops the schedule early: sends nothing more and awaits what is in flight. */
    public void stop() throws Exception {
        director.tell("stop");
        awaitAnswers();
        awaitEnd();
    }

    /** Pauses the warm-up, once: sends nothing more until it is to measure, and awaits what is in flight. */
    public void rest() throws IOException, InterruptedException {
        if (!rests) {
            rests = true;
            director.tell("rest");
            awaitAnswers();
        }
    }

    private void awaitAnswers() throws IOException, InterruptedException {
        long limitNanos = System.nanoTime() + STOP_LIMIT.toNanos();
        Progress before = null;
        Progress now = progress();
        // Two equal reports are needed: the first may have been sent before the generator was told.
        while (process().isAlive() && System.nanoTime() - limitNanos < 0
                && (now == null || before == null || now.epochMillis() == before.epochMillis()
                        || now.sent() != now.completed() || now.sent() != before.sent())) {
            awaitReport();
            before = now;
            now = progress();
        }
    }

    /** Waits until the request log is complete, and the process ready for another run. */
    public void awaitEnd() throws Exception {
        long limitNanos = System.nanoTime() + END_LIMIT.toNanos();
        Progress now = progress();
        while (now == null || !now.isDone()) {
            requireAlive("before the end of its run");
            if (System.nanoTime() - limitNanos > 0) {
                throw process().failure("did not end within " + END_LIMIT.toSeconds() + " s after its last request");
            }
            awaitReport();
            now = progress();
        }
        director.close();
    }
}
