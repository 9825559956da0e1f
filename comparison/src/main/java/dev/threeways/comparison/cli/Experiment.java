package dev.threeways.comparison.cli;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.comparison.analysis.Analysis;
import dev.threeways.comparison.analysis.Metric;
import dev.threeways.comparison.load.GeneratorCeiling;
import dev.threeways.comparison.load.GeneratorProcess;
import dev.threeways.comparison.observe.Libraries;
import dev.threeways.comparison.report.Picture;
import dev.threeways.comparison.report.Report;
import dev.threeways.comparison.report.ReportPage;
import dev.threeways.comparison.report.SummaryFile;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.Status;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.run.Backends;
import dev.threeways.comparison.run.Progress;
import dev.threeways.comparison.run.SigningSpeed;
import dev.threeways.comparison.run.Benches;
import dev.threeways.comparison.run.StackRun;
import dev.threeways.comparison.run.TurnTaking;
import dev.threeways.comparison.scenario.AddedWork;
import dev.threeways.comparison.scenario.Plan;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.comparison.scenario.Turns;
import dev.threeways.lab.cli.Interruption;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.JvmOptions;
import dev.threeways.lab.process.Machine;
import dev.threeways.lab.process.ProcessFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Blocks of runs, in an order shuffled for each, until the budget or the number of blocks is reached. */
public final class Experiment {

    /** What a run takes beside warm-up and window: starting, draining, stopping and the generator's reports. */
    static final Duration RUN_OVERHEAD = Duration.ofSeconds(20);

    /** Settings, including what is found out before the first block. */
    private Settings settings;

    private final Home home;

    private final List<String> command;

    private final Progress progress;

    private final Interruption interruption;

    private final Path directory;

    /** Time that the resumed comparison ran before. */
    private final Duration elapsedBefore;

    private final Instant startedAt;

    private final long startNanos = System.nanoTime();

    private final List<Run> runs = new ArrayList<>();

    private final Benches benches;

    private final Machine machine;

    private final List<Result.Build> builds = new ArrayList<>();

    private Result.@Nullable Ceiling ceiling;

    private @Nullable AddedWork addedWork;

    private String database = "";

    /**
     * @param directory where results go; it exists already if {@code earlier} is given
     * @param earlier null, or the result to resume
     * @throws UsageException if {@code earlier} has other settings, or other jars
     */
    Experiment(Settings settings, Home home, List<String> command, Progress progress, Interruption interruption,
            Path directory, @Nullable Result earlier) throws IOException {
        this.settings = settings;
        this.home = home;
        this.command = command;
        this.progress = progress;
        this.interruption = interruption;
        this.machine = Machine.here(home.root(), settings.cpus());
        this.directory = directory;
        this.benches = new Benches(home, directory);
        for (StackSpec stack : settings.stacks()) {
            builds.add(Libraries.build(stack));
        }
        this.startedAt = earlier == null ? Instant.now() : earlier.startedAt();
        this.elapsedBefore = earlier == null ? Duration.ZERO : millis(earlier.elapsedSeconds());
        if (earlier != null) {
            goOnWith(earlier);
        }
    }

    private void goOnWith(Result earlier) {
        if (!builds.equals(earlier.builds())) {
            throw new UsageException(
                    "--resume " + directory + ": the services are not those it began with, or were built "
                            + "again: what was measured before and after could not be told apart");
        }
        Double added = earlier.addedCpuMillis();
        ceiling = earlier.ceiling();
        if (added != null) {
            addedWork = AddedWork.of(added, earlier.settings().scenario().service());
            settings = settings.with(settings.scenario().withProperties(addedWork.properties()));
        }
        if (!settings.published(home.root()).equals(earlier.settings())) {
            throw new UsageException("--resume " + directory + ": its settings are not what its command means today");
        }
        runs.addAll(earlier.runs());
    }

    private static Duration millis(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    Path directory() {
        return directory;
    }

    /** Returns the result as if the comparison ended now. */
    Result result(Status status, @Nullable String failure) {
        return Analysis.again(new Result(Result.SCHEMA, startedAt, Instant.now(), status, failure, seconds(elapsed()),
                settings.plan().quick() ? Plan.QUICK_STAMP : null, command, settings.published(home.root()),
                Metric.headlines(settings.scenario()).stream().map(Metric::id).toList(), machine, ceiling,
                addedWork == null ? null : addedWork.cpuMillis(), jvmOptions(settings), database, builds,
                List.copyOf(runs), List.of(), List.of(), List.of()));
    }

    /**
     * Runs until the comparison completes, fails or is interrupted.
     *
     * @return the result as it was written
     */
    Result run() throws IOException {
        Result result;
        try (benches) {
            prepare();
            blocks();
            result = result(Status.COMPLETE, null);
        } catch (InterruptedException _) {
            result = interrupted();
        } catch (Exception e) {
            result = interruption.happened() ? interrupted() : result(Status.FAILED, failure(e, System.err));
        }
        progress.clear();
        boolean _ = Thread.interrupted(); // otherwise files could not be written
        ResultFile.write(result, directory);
        Picture.write(result, directory);
        writeReport(result);
        return result;
    }

    /**
     * Describes a failure. A process that failed has said why; anything else may be a bug, and shows where.
     *
     * @param err for the stack trace
     */
    static String failure(Exception e, PrintStream err) {
        if (e instanceof ProcessFailedException) {
            return String.valueOf(e.getMessage());
        }
        e.printStackTrace(err);
        return e.toString();
    }

    /** Measures what the generator can do, and adds work so that it is enough. A quick run does not depend on it. */
    private void prepare() throws Exception {
        if (settings.plan().quick() || ceiling != null) {
            return;
        }
        progress.run("before the first block", left(1, Duration.ZERO));
        progress.phase("measuring what the load generator can do");
        Result.Ceiling found = GeneratorCeiling.measure(settings, directory.resolve("ceiling"));
        ceiling = found;
        Scenario scenario = settings.scenario();
        if (scenario.search() != Scenario.Search.NOTHING && !AddedWork.isIn(scenario)) {
            double times = scenario.steps().stream().mapToDouble(Scenario.Step::times).max().orElse(1);
            AddedWork work = AddedWork.least(found.usablePerSecond(), times, settings.cpus().service().size(),
                    SigningSpeed.iterationsPerMilli(settings));
            addedWork = work;
            settings = settings.with(scenario.withProperties(work.properties()));
        }
        progress.say(Report.line(found, addedWork));
    }

    private void writeReport(Result result) throws IOException {
        ReportPage.write(List.of(result), directory);
        SummaryFile.write(List.of(result), directory);
    }

    private Result interrupted() {
        return result(Status.INTERRUPTED, "interrupted");
    }

    private void blocks() throws Exception {
        Random order = new Random(settings.seed());
        Duration longestBlock = Duration.ZERO;
        for (int block = 1; isWanted(block, longestBlock); block++) {
            long blockStart = System.nanoTime();
            List<StackSpec> shuffled = new ArrayList<>(settings.stacks());
            Collections.shuffle(shuffled, order);
            shuffled.removeAll(done(block));
            if (settings.turns().areTaken() && !shuffled.isEmpty()) {
                progress.run("block " + block + blocksText(), left(block, longestBlock));
                add(inTurns(block, shuffled));
            } else {
                for (StackSpec stack : shuffled) {
                    progress.run("block " + block + blocksText(), left(block, longestBlock));
                    add(List.of(run(block, stack, new TurnTaking(Turns.NONE).turn(0))));
                }
            }
            Result soFar = result(Status.RUNNING, null);
            writeReport(soFar);
            Report.soFar(soFar, block).ifPresent(progress::say);
            Duration took = Duration.ofNanos(System.nanoTime() - blockStart);
            longestBlock = took.compareTo(longestBlock) > 0 ? took : longestBlock;
            if (block == 1) {
                progress.say(Report.forecast(took, settings.plan()));
            }
        }
    }

    private void add(List<Run> more) throws IOException {
        runs.addAll(more);
        more.forEach(run -> progress.say(Report.line(run, settings)));
        ResultFile.write(result(Status.RUNNING, null), directory);
    }

    private Run run(int block, StackSpec stack, TurnTaking.Turn turn) throws Exception {
        return new StackRun(settings, home, stack, block, directory, progress, turn, benches).execute();
    }

    /** Runs all of a block, or none: if one cannot go on, the others are stopped. */
    private List<Run> inTurns(int block, List<StackSpec> order) throws Exception {
        TurnTaking turns = new TurnTaking(settings.turns());
        try (ExecutorService executor = Executors
                .newThreadPerTaskExecutor(Thread.ofPlatform().name("stack-", 0).factory())) {
            var ended = new ExecutorCompletionService<Run>(executor);
            List<Future<Run>> results = new ArrayList<>();
            for (StackSpec stack : order) {
                TurnTaking.Turn turn = turns.turn(results.size());
                results.add(ended.submit(() -> run(block, stack, turn)));
            }
            try {
                for (Future<Run> _ : results) {
                    Run _ = ended.take().get();
                }
                return results.stream().map(Future::resultNow).toList();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            } finally {
                executor.shutdownNow();
            }
        }
    }

    private List<StackSpec> done(int block) {
        List<String> labels = runs.stream().filter(run -> run.block() == block).map(Run::stack).toList();
        return settings.stacks().stream().filter(stack -> labels.contains(stack.label())).toList();
    }

    /** Whether another block is to be run. With a precision, the width of intervals decides, never what they say. */
    private boolean isWanted(int block, Duration longestBlock) {
        if (block <= settings.plan().minBlocks()) {
            return true;
        }
        Double precision = settings.plan().precision();
        if (settings.plan().blocks() != null
                || (precision != null && Analysis.isPrecise(result(Status.RUNNING, null), precision))) {
            return false;
        }
        return elapsed().plus(longestBlock).compareTo(settings.plan().budget()) <= 0;
    }

    private String blocksText() {
        return settings.plan().blocks() == null ? "" : " of " + settings.plan().blocks();
    }

    private Duration elapsed() {
        return elapsedBefore.plusNanos(System.nanoTime() - startNanos);
    }

    /** Estimates the time left. Before anything is known, a run is thought to take all it may. */
    private Duration left(int block, Duration longestBlock) {
        int stackCount = settings.stacks().size();
        int doneInBlock = runs.size() % stackCount;
        Duration perRun = runs.isEmpty()
                ? settings.plan().warmUpLimit().plus(settings.scenario().duration()).plus(RUN_OVERHEAD)
                : elapsed().dividedBy(runs.size());
        int blocks = settings.plan().minBlocks();
        if (settings.plan().blocks() == null) {
            Duration perBlock = longestBlock.isZero() ? perRun.multipliedBy(stackCount) : longestBlock;
            blocks = Math.max(Math.max(blocks, block), (int) settings.plan().budget().dividedBy(perBlock));
        }
        return perRun.multipliedBy((long) (blocks - block + 1) * stackCount - doneInBlock);
    }

    String header() throws InterruptedException {
        database = externals(settings);
        return Report.header(settings, machine, jvmOptions(settings), database);
    }

    /**
     * Reports early, in one line, what a service's log would otherwise show.
     *
     * @return the database that the orders are in
     * @throws UsageException if an external database or payment API is not there
     */
    static String externals(Settings settings) throws InterruptedException {
        URI paymentUrl = settings.paymentUrl();
        if (paymentUrl != null) {
            requireAnswer(paymentUrl);
        }
        DatabaseAddress external = settings.database();
        if (external == null) {
            return "PostgreSQL 18, embedded";
        }
        try {
            return Backends.describe(external);
        } catch (SQLException e) {
            throw new UsageException("--database-url: cannot read orders as " + external + ": "
                    + e.getMessage());
        }
    }

    /** Accepts any answer: what a payment API serves at this path is not known. */
    private static void requireAnswer(URI paymentUrl) throws InterruptedException {
        try {
            Backends.requireAnswer(paymentUrl);
        } catch (IOException e) {
            throw new UsageException("--payment-url: nothing answers at " + paymentUrl + ": " + e
                    + ". Start the payment API, or leave the option out for a simulator");
        }
    }

    public static Map<String, List<String>> jvmOptions(Settings settings) {
        List<String> others = JvmOptions.other(GeneratorProcess.HEAP, settings.cpus().others().size());
        return Map.of("service", JvmOptions.service(settings.heap(), settings.cpus().service().size()),
                "simulator", JvmOptions.other(Backends.SIMULATOR_HEAP, settings.cpus().others().size()),
                "generator", others);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
