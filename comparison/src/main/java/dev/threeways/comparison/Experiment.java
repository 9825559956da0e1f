package dev.threeways.comparison;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.backends.ProcessFailedException;
import dev.threeways.comparison.Result.Run;
import dev.threeways.comparison.Result.Status;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Blocks of runs, in an order shuffled for each, until the budget or the number of blocks is reached. */
final class Experiment {

    /** Starting, draining, stopping and the generator's reports: what a run takes beside warm-up and window. */
    static final Duration RUN_OVERHEAD = Duration.ofSeconds(26);

    private final Settings settings;

    private final Home home;

    private final List<String> command;

    private final Progress progress;

    private final Interruption interruption;

    private final Path directory;

    private final Instant startedAt = Instant.now();

    private final long startNanos = System.nanoTime();

    private final List<Run> runs = new ArrayList<>();

    private final Machine machine;

    private final List<Result.Stack> stacks = new ArrayList<>();

    private String database = "";

    Experiment(Settings settings, Home home, List<String> command, Progress progress, Interruption interruption)
            throws IOException {
        this.settings = settings;
        this.home = home;
        this.command = command;
        this.progress = progress;
        this.interruption = interruption;
        this.machine = Machine.here(home.root(), settings.cpus());
        this.directory = createDirectory(home.results());
        for (StackSpec stack : settings.stacks()) {
            stacks.add(Libraries.describe(stack, home));
        }
    }

    Path directory() {
        return directory;
    }

    /** What would be written if the comparison ended now. */
    Result result(Status status, @Nullable String failure) {
        return new Result(Result.SCHEMA, startedAt, Instant.now(), status, failure,
                settings.quick() ? Settings.QUICK_STAMP : null, command, configuration(settings), machine,
                jvmOptions(settings), database, stacks, List.copyOf(runs), Analysis.summary(settings.stacks(), runs),
                Analysis.comparisons(settings, runs, !settings.quick()));
    }

    /**
     * Runs until the end, whatever that is.
     *
     * @return the result as it was written
     */
    Result run() throws IOException {
        Result result;
        try {
            blocks();
            result = result(Status.COMPLETE, null);
        } catch (ProcessFailedException | RuntimeException | IOException e) {
            result = interruption.happened() ? interrupted() : result(Status.FAILED, String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            result = interrupted();
        } catch (Exception e) {
            result = result(Status.FAILED, e.toString());
        }
        progress.clear();
        boolean _ = Thread.interrupted(); // or files could not be written
        ResultFile.write(result, directory);
        Picture.write(result, directory);
        writeReport(result);
        return result;
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
            for (StackSpec stack : shuffled) {
                progress.run("block " + block + blocksText() + ", " + stack.label(), left(block, longestBlock));
                Run run = new StackRun(settings, home, stack, block, directory, progress).execute();
                runs.add(run);
                progress.say(Report.line(run, settings));
                ResultFile.write(result(Status.RUNNING, null), directory);
            }
            writeReport(result(Status.RUNNING, null));
            Duration took = Duration.ofNanos(System.nanoTime() - blockStart);
            longestBlock = took.compareTo(longestBlock) > 0 ? took : longestBlock;
        }
    }

    /** With a precision asked for it ends on the width of intervals alone, never on what they say. */
    private boolean isWanted(int block, Duration longestBlock) {
        if (block <= settings.minBlocks()) {
            return true;
        }
        Double precision = settings.precision();
        if (settings.blocks() != null || (precision != null && Analysis.isPrecise(settings, runs, precision))) {
            return false;
        }
        return elapsed().plus(longestBlock).compareTo(settings.budget()) <= 0;
    }

    private String blocksText() {
        return settings.blocks() == null ? "" : " of " + settings.blocks();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Before anything is known, a run is thought to take all it may. */
    private Duration left(int block, Duration longestBlock) {
        int stackCount = settings.stacks().size();
        int doneInBlock = runs.size() % stackCount;
        Duration perRun = runs.isEmpty()
                ? settings.warmUpLimit().plus(settings.duration()).plus(RUN_OVERHEAD)
                : elapsed().dividedBy(runs.size());
        int blocks = settings.minBlocks();
        if (settings.blocks() == null) {
            Duration perBlock = longestBlock.isZero() ? perRun.multipliedBy(stackCount) : longestBlock;
            blocks = Math.max(Math.max(blocks, block), (int) settings.budget().dividedBy(perBlock));
        }
        return perRun.multipliedBy((long) (blocks - block + 1) * stackCount - doneInBlock);
    }

    String header() {
        checkExternals();
        return Report.header(settings, machine, jvmOptions(settings), database);
    }

    /** Tells early, and in a line, what would otherwise be found out from a service's log. */
    private void checkExternals() {
        DatabaseAddress external = settings.database();
        if (external != null) {
            try {
                database = Backends.describe(external);
            } catch (SQLException e) {
                throw new UsageException("--database-url: cannot read orders as " + external + ": "
                        + e.getMessage());
            }
        } else {
            database = "PostgreSQL 18, embedded";
        }
    }

    static Map<String, List<String>> jvmOptions(Settings settings) {
        List<String> others = JvmOptions.other(LoadGenerator.HEAP, settings.cpus().others().size());
        return Map.of("service", JvmOptions.service(settings.heap(), settings.cpus().service().size()),
                "simulator", JvmOptions.other(Backends.SIMULATOR_HEAP, settings.cpus().others().size()),
                "generator", others);
    }

    static Result.Configuration configuration(Settings settings) {
        Scenario scenario = settings.scenario();
        return new Result.Configuration(scenario.name(), scenario.question(), settings.quick(), settings.rate(),
                scenario.steps().stream()
                        .map(step -> new Result.Step(seconds(step.duration()), step.times() * settings.rate()))
                        .toList(),
                scenario.faults().stream().map(fault -> new Result.Fault(seconds(fault.at()), fault.trouble().text()))
                        .toList(),
                scenario.databaseWait().toMillis(), scenario.service(), seconds(settings.duration()),
                settings.blocks(), settings.precision(), settings.difference(), seconds(settings.budget()),
                seconds(settings.warmUpLimit()),
                settings.warmUpRequests(), settings.topology().name().toLowerCase(Locale.ROOT),
                settings.paymentMedian().toMillis(), settings.paymentP99().toMillis(), settings.heap(),
                settings.seed(), Optional.ofNullable(settings.database()).map(DatabaseAddress::toString)
                        .orElse("embedded"),
                Optional.ofNullable(settings.paymentUrl()).map(Object::toString).orElse("simulator"),
                settings.cpus().toString(), settings.cpus().service(), settings.cpus().others());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static Path createDirectory(Path results) throws IOException {
        Files.createDirectories(results);
        String name = LocalDateTime.now(ZoneId.systemDefault())
                .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT));
        Path directory = results.resolve(name);
        for (int n = 2; true; n++) {
            try {
                Files.createDirectory(directory);
                break;
            } catch (FileAlreadyExistsException _) { // another one began in the same second
                directory = results.resolve(name + "-" + n);
            }
        }
        Path latest = results.resolve("latest");
        Files.deleteIfExists(latest);
        try {
            Files.createSymbolicLink(latest, directory.getFileName());
        } catch (UnsupportedOperationException | IOException _) {
            return directory; // a convenience, which not every file system has
        }
        return directory;
    }
}
