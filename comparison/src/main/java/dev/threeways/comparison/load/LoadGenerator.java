package dev.threeways.comparison.load;

import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.gatling.Director;
import dev.threeways.lab.process.JvmOptions;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gatling as a child JVM: warms up in a closed loop until it is told to measure, then runs its schedule, all in one
 * process, so that the generator is warm too. It tells how far it is over a socket, several times a second.
 */
public final class LoadGenerator implements AutoCloseable {

    public static final String HEAP = "512m";

    /** The objective for the 99th percentile, common to all stacks. */
    public static final Duration SLOW = Duration.ofMillis(500);

    /** In flight at once while warming up, at least: up to 1,000 requests/s at 65 ms each, and as many connections. */
    private static final int MIN_WARM_UP_USERS = 64;

    private static final int MAX_WARM_UP_USERS = 1_000;

    /** More than are in flight when measured, so that warming up at full speed is faster than that. */
    private static final double MORE_IN_FLIGHT = 1.25;

    /** In the first stage, see {@code Warmup}: enough for two CPUs if payments take 2 ms. */
    private static final int FIRST_STAGE_USERS = 8;

    /** What the generator gives the last answers after the schedule's end, and the reports after that. */
    private static final Duration REPORT_LIMIT = Duration.ofMinutes(3);

    /** What a warm-up may take beyond its limit: another target's start, say. */
    private static final Duration WARM_UP_RESERVE = Duration.ofMinutes(3);

    /** The generator's own limit. */
    private static final Duration MAX_WARM_UP = Duration.ofHours(1);

    /** A report comes more rarely; a process that has died is noticed this soon. */
    private static final Duration REPORT_WAIT = Duration.ofMillis(100);

    /** Of the warm-up's last requests: longer than the generator waits for any answer. */
    public static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);

    /** For the last answers, and to write its book. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private static final JsonMapper json = new JsonMapper();

    private final JvmProcess process;

    private final Path directory;

    private final Director director;

    private boolean isStopped;

    private boolean isHeld;

    private boolean rests;

    private boolean stays;

    private LoadGenerator(JvmProcess process, Path directory, Director director) {
        this.process = process;
        this.directory = directory;
        this.director = director;
    }

    /**
     * What the generator says of itself.
     *
     * @param phase {@code warm-up}, {@code measure} or {@code done}
     * @param completed requests completed since the process began
     * @param measuredEnded of the schedule, so far
     * @param measuredFailed of those, not answered as they should be
     * @param measuredSlow of the others, slower than {@link #SLOW}
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
     * @param slow what it counts as slow
     * @param seed of arrivals, orders and keys
     * @param directory where its books and reports go
     * @param hasFirstStage whether the warm-up begins with few users
     */
    static LoadGenerator start(Settings settings, Schedule schedule, URI baseUrl, Duration slow, long seed,
            Path directory,
            boolean hasFirstStage) throws IOException {
        Files.createDirectories(directory);
        // Whoever takes turns also waits for the others to get warm.
        long warmUpMax = Math.min(MAX_WARM_UP.toSeconds(),
                settings.plan()
                        .warmUpLimit()
                        .plus(WARM_UP_RESERVE)
                        .multipliedBy(settings.turns().stacks())
                        .toSeconds());
        var director = new Director();
        int users = warmUpUsers(settings, schedule);
        List<String> properties = List.of("--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-DbaseUrl=" + baseUrl, "-Dsteps=" + schedule.steps(),
                "-Dduration=" + schedule.duration().toMillis() / 1000.0, "-Dseed=" + seed,
                "-Darrivals=poisson", "-Dtopology=" + settings.scenario().topology().name().toLowerCase(Locale.ROOT),
                "-DwarmupUsers=" + users, "-DwarmupFirstUsers=" + (hasFirstStage ? FIRST_STAGE_USERS : users),
                "-DwarmupMax=" + warmUpMax, "-DslowMillis=" + slow.toMillis(),
                "-Dassertions=false", "-Dcontrol=" + director.socket(), "-Dresults=" + directory);
        JvmProcess.Builder process = JvmProcess.builder("the load generator")
                .jvmOptions(Stream.concat(
                        JvmOptions.other(HEAP, settings.cpus().others().size()).stream(), properties.stream())
                        .toList())
                .mainClass("io.gatling.app.Gatling", System.getProperty("java.class.path"))
                .args(List.of("-s", "dev.threeways.gatling.Steps", "-rf", directory.resolve("gatling").toString()))
                .log(directory.resolve("gatling.log"));
        try {
            return new LoadGenerator(process.start(), directory, director);
        } catch (RuntimeException e) {
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
        return process;
    }

    /** @return null as long as it has said nothing */
    public @Nullable Progress progress() {
        String report = director.latest();
        return report == null ? null : json.readValue(report, Progress.class);
    }

    /** Waits until it tells how far it is, or for a moment, so that processes which have died are noticed. */
    public void awaitReport() throws InterruptedException {
        director.awaitReport(REPORT_WAIT);
    }

    /** Those that the first stage of the warm-up did without. */
    public void startAllUsers() throws IOException {
        director.tell("all-users");
    }

    /** Ends the warm-up: what is in flight is awaited, then the schedule begins, a few seconds from now. At once if it is held. */
    public void measure() throws IOException {
        director.tell(isHeld ? "begin" : "measure");
    }

    /** Ends the warm-up, and has the schedule ready to begin at once when it is to be measured. */
    public void hold() throws IOException {
        director.tell("measure wait");
        isHeld = true;
    }

    /**
     * The same at a given time, which has to be some seconds ahead. Then its process stays until {@link #awaitEnd()}: its
     * report takes seconds of CPU, and it may not be alone.
     */
    public void measure(Instant begin) throws IOException {
        director.tell("stay");
        stays = true;
        director.tell("measure " + begin.toEpochMilli());
    }

    /**
     * Waits until the warm-up is over and nothing of it is on its way any more.
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
            if (!process.isAlive()) {
                throw process.failure("died at the end of its warm-up with exit code " + process.exitCode());
            }
            if (System.nanoTime() - limitNanos > 0) {
                throw process.failure("did not end its warm-up within " + DRAIN_LIMIT.toSeconds() + " s");
            }
            awaitReport();
        }
    }

    /** @throws ProcessFailedException if it has died */
    public void requireAlive(String when) throws ProcessFailedException {
        if (!process.isAlive()) {
            throw process.failure("died " + when + " with exit code " + process.exitCode());
        }
    }

    public Path book() {
        return directory.resolve("requests.csv");
    }

    /**
     * In the middle of its schedule: what is not sent yet never is, what is on its way is awaited. Its book is complete when
     * this returns.
     */
    public void stop() throws IOException, InterruptedException {
        director.tell("stop");
        awaitAnswers();
        int _ = process.stop(STOP_LIMIT);
        isStopped = true;
    }

    /** In its warm-up: nothing more is sent until it is to measure, what is on its way is awaited. Once. */
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
        // Twice the same: the first may have been on its way when the generator was told.
        while (process.isAlive() && System.nanoTime() - limitNanos < 0
                && (now == null || before == null || now.epochMillis() == before.epochMillis()
                        || now.sent() != now.completed() || now.sent() != before.sent())) {
            awaitReport();
            before = now;
            now = progress();
        }
    }

    /** Waits for its reports; one that was stopped has none. */
    public void awaitEnd() throws Exception {
        if (isStopped) {
            return;
        }
        if (stays) {
            stays = false;
            director.tell("leave");
        }
        if (!process.awaitEnd(REPORT_LIMIT)) {
            throw process.failure("did not end within " + REPORT_LIMIT.toSeconds() + " s after its last request");
        }
        if (process.exitCode() != 0) {
            throw process.failure("ended with exit code " + process.exitCode());
        }
    }

    @Override
    public void close() {
        process.close();
        director.close();
    }
}
