package dev.threeways.connections.measure;

import dev.threeways.lab.process.ProcessFigures;
import dev.threeways.connections.measure.Findings.Metric;
import dev.threeways.connections.measure.Findings.Sample;
import dev.threeways.lab.cli.DurationConverter;
import dev.threeways.lab.cli.ExitCodes;
import dev.threeways.lab.cli.JsonOption;
import dev.threeways.lab.cli.OutputDirectory;
import dev.threeways.lab.cli.PercentConverter;
import dev.threeways.lab.cli.Version;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.ObjDoubleConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Puts one question to several servers in the same way. Forks are the unit of replication: each measures every case
 * once, in fresh processes and in random order. So drift of the machine affects all alike.
 */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {
        "0:every case was measured in each block; or --dry-run", "1:a case was not measured, which a note says",
        ExitCodes.WRONG_USAGE, ExitCodes.INTERRUPTED, ExitCodes.TERMINATED})
abstract class Measurement implements Callable<Integer> {

    private static final String SEED = "--seed";

    @Spec
    private CommandSpec spec;

    @Option(names = "--blocks", defaultValue = "3", paramLabel = "N", description = "How often each case is measured, in fresh processes. Default: ${DEFAULT-VALUE}")
    private int blocks;

    @Option(names = "--margin", converter = PercentConverter.class, defaultValue = "5%", paramLabel = "PERCENT", description = "The smallest difference that matters to you. Default: ${DEFAULT-VALUE}")
    private double margin;

    @Option(names = SEED, defaultValue = "1", description = "Of the order of cases and of the load. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--only", split = ",", description = "Only these of what is compared. Default: all")
    private @Nullable List<String> only;

    @Option(names = "--warm-up", converter = DurationConverter.class, defaultValue = "4s", paramLabel = "TIME", description = "Of load before anything is measured. Default: ${DEFAULT-VALUE}")
    private Duration warmUp;

    @Option(names = "--output", paramLabel = "DIR", description = "Where to write table, JSON and page. Default: target/architectures/NAME")
    private @Nullable Path output;

    @Option(names = "--dry-run", description = "Print what would be measured, and measure nothing")
    private boolean dryRun;

    @Mixin
    private JsonOption json;

    private final List<Sample> samples = new ArrayList<>();

    private final List<String> notes = new ArrayList<>();

    /** Largest 99th percentile of the client's lag in any load. */
    private double clientLagMillis;

    private String clientLag = "";

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls anything
    Measurement() {}

    /** One compared series at one point of the x axis. */
    record Case(String series, double x) {

        @Override
        public String toString() {
            return x == 0
                    ? series
                    : series + " at " + (x == Math.rint(x) ? String.valueOf((long) x) : String.valueOf(x));
        }
    }

    abstract String question();

    abstract String xTitle();

    abstract List<Metric> metrics();

    /** Returns how long a load lasts. */
    abstract Duration duration();

    /** Returns how long a case takes at least; a warm-up and a load unless overridden. */
    Duration perCase() {
        return warmUp.plus(duration());
    }

    /** Returns what is equal for all cases. */
    abstract List<String> settings();

    /** @throws ParameterException if the machine cannot do what is asked for, saying what it needs */
    abstract List<Case> cases();

    /** Returns the series with which the others are compared, where both have been measured. */
    abstract String reference();

    /**
     * Measures one case in fresh processes.
     *
     * @param figures takes each figure by its metric
     */
    abstract void measure(Case one, long caseSeed, ObjDoubleConsumer<String> figures)
            throws IOException, InterruptedException;

    /** Derives figures of a fork from those of its cases; none unless overridden. */
    List<Sample> derived(int fork, List<Sample> ofFork) {
        return List.of();
    }

    /** Concludes from all forks together; nothing unless overridden. */
    List<String> conclusions(List<Sample> all) {
        return List.of();
    }

    /** Notes, once, what must be known of the result. */
    final void note(String text) {
        if (!notes.contains(text)) {
            notes.add(text);
        }
    }

    /** Notes requests that were not answered well, and remembers the client's largest lag. */
    final Outcome checked(Case one, Outcome load) {
        if (load.errors() > 0) {
            note(one + ": " + load.errors() + " of " + load.sent() + " requests were not answered well.");
        }
        if (load.lagMillis(99) >= clientLagMillis) {
            clientLagMillis = load.lagMillis(99);
            clientLag = String.format(Locale.ROOT,
                    "The client itself was late by %.2f ms (p99) in the worst of all loads, "
                            + "of %s, which is part of the latencies.",
                    clientLagMillis, one);
        }
        return load;
    }

    final double warmUpSeconds() {
        return seconds(warmUp);
    }

    /** Returns how long a load lasts. */
    final double seconds() {
        return seconds(duration());
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1_000.0;
    }

    /** Returns the directory of what servers print. */
    final Path logs() {
        return output().resolve("logs");
    }

    /** Returns the directory of the result. */
    final Path output() {
        return Objects.requireNonNullElseGet(output,
                () -> Home.find().root().resolve("target/architectures").resolve(spec.name()));
    }

    final ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /**
     * Limits connections to what one process may open, less its other files.
     *
     * @return {@code wanted}, or fewer, which is noted
     */
    final int within(int wanted) {
        long allowed = ProcessFigures.maxOpenFiles() - 400; // jars, logs, selectors, the JVM's own
        if (wanted <= allowed) {
            return wanted;
        }
        note(String.format(Locale.ROOT,
                "%d connections need as many open files; a process may have %d here (ulimit -n), "
                        + "so %d are measured.",
                wanted, ProcessFigures.maxOpenFiles(), allowed));
        return (int) allowed;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        spec.options()
                .stream()
                .filter(option -> !option.longestName().equals(SEED))
                .forEach(option -> requirePositive(option.longestName(), option.getValue()));
        List<Case> cases = chosen();
        if (dryRun) {
            show(cases);
            return 0;
        }
        PrintWriter out = json.meanwhile(spec.commandLine());
        PrintWriter err = spec.commandLine().getErr();
        Instant started = Instant.now();
        Path directory = OutputDirectory.create("--output", output());
        int done = 0;
        int failed = 0;
        Random random = new Random(seed);
        for (int fork = 1; fork <= blocks; fork++) {
            List<Case> order = new ArrayList<>(cases);
            Collections.shuffle(order, random);
            List<Sample> ofFork = new ArrayList<>();
            for (Case one : order) {
                Duration left = done == 0
                        ? Duration.ZERO
                        : Duration.between(started, Instant.now())
                                .dividedBy(done)
                                .multipliedBy((long) blocks * cases.size() - done);
                err.printf(Locale.ROOT, "block %d of %d: %s%s%n", fork, blocks, one,
                        done == 0 ? "" : ", about " + left.toMinutes() + " min left");
                err.flush();
                int number = fork;
                List<Sample> ofCase = new ArrayList<>();
                try {
                    measure(one, seed + 1_000L * fork,
                            (metric, value) -> ofCase.add(new Sample(metric, one.series(), one.x(), number, value)));
                    ofFork.addAll(ofCase);
                } catch (IOException | RuntimeException e) { // other cases may still be measured
                    failed++;
                    note("block " + fork + ", " + one + " was not measured: " + e.getMessage());
                }
                done++;
            }
            samples.addAll(inOrder(cases, ofFork));
            samples.addAll(derived(fork, ofFork));
            FindingsReport.write(findings(started, fork), output()); // kept if the next fork is interrupted
        }
        conclusions(samples).forEach(this::note);
        if (!clientLag.isEmpty()) {
            note(clientLag);
        }
        Findings findings = findings(started, blocks);
        FindingsReport.write(findings, output());
        out.print(FindingsReport.text(findings));
        out.printf(Locale.ROOT, "%nResult: %s%nReport: %s%n", directory.resolve(FindingsReport.JSON),
                directory.resolve(FindingsReport.PAGE));
        out.flush();
        json.print(spec.commandLine(), FindingsReport.tree(findings));
        return failed == 0 ? 0 : 1;
    }

    /** What {@code --dry-run --json} prints. */
    record Plan(String measurement, String question, List<Case> cases, int blocks, double leastMinutes,
            List<String> settings, String output) {}

    /** Prints what would be measured. */
    private void show(List<Case> cases) {
        double minutes = seconds(perCase().multipliedBy((long) blocks * cases.size())) / 60;
        List<String> lines = new ArrayList<>(List.of(question(), "", String.format(Locale.ROOT,
                "%d cases in each of %d blocks, %.1f min of load and more around it:", cases.size(), blocks,
                minutes)));
        cases.forEach(one -> lines.add("  " + one));
        lines.addAll(all(settings()));
        notes.forEach(note -> lines.add("note: " + note));
        lines.add("Results: " + output());
        lines.add("Nothing was measured: --dry-run.");
        json.print(spec.commandLine(), FindingsReport.tree(new Plan(spec.name(), question(), cases, blocks, minutes,
                all(settings()), output().toString())), String.join(System.lineSeparator(), lines));
    }

    /** Adds what every measurement has. */
    private List<String> all(List<String> settings) {
        return Stream.concat(settings.stream(), Stream.of(String.format(Locale.ROOT,
                "Ratios within %s - %s are no difference that matters.",
                BigDecimal.ONE.subtract(BigDecimal.valueOf(margin)), BigDecimal.ONE.add(BigDecimal.valueOf(margin)))))
                .toList();
    }

    /** @param value one of an option, or several */
    private void requirePositive(String option, @Nullable Object value) {
        switch (value) {
            case Number number when !(number.doubleValue() > 0 && number.doubleValue() < Double.POSITIVE_INFINITY) ->
                throw wrong(option + " must be more than 0, not " + number);
            case Duration time when !time.isPositive() -> throw wrong(option + " must be more than 0, not 0");
            case Collection<?> all -> all.forEach(one -> requirePositive(option, one));
            case null, default -> {
            }
        }
    }

    private Findings findings(Instant started, int forksDone) {
        return new Findings(Findings.SCHEMA, spec.name(), question(),
                spec.commandLine().getParseResult().originalArgs(), started, Instant.now(), forksDone, seed,
                Machine.here(Home.find().root(), Runtime.getRuntime().availableProcessors()), xTitle(), metrics(),
                all(settings()),
                List.copyOf(samples), Comparisons.of(samples, metrics(), reference(), margin), List.copyOf(notes));
    }

    private List<Case> chosen() {
        List<Case> all = cases();
        List<String> names = only;
        if (names == null) {
            return all;
        }
        List<String> series = all.stream().map(Case::series).distinct().toList();
        names.stream().filter(name -> !series.contains(name)).findFirst().ifPresent(name -> {
            throw wrong("There is no '" + name + "' here, but " + series);
        });
        return all.stream().filter(one -> names.contains(one.series())).toList();
    }

    /** Orders samples as the cases are listed, whatever order they were measured in. */
    private static List<Sample> inOrder(List<Case> cases, List<Sample> ofFork) {
        return cases.stream()
                .flatMap(one -> ofFork.stream()
                        .filter(sample -> sample.series().equals(one.series()) && sample.x() == one.x()))
                .toList();
    }
}
