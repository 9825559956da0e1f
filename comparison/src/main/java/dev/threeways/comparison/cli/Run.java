package dev.threeways.comparison.cli;

import dev.threeways.comparison.report.Picture;
import dev.threeways.comparison.report.Report;
import dev.threeways.comparison.report.ReportPage;
import dev.threeways.comparison.report.SummaryFile;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultDirectory;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.run.Progress;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.lab.cli.ExitCodes;
import dev.threeways.lab.cli.Interruption;
import dev.threeways.lab.cli.JsonOption;
import dev.threeways.lab.cli.OutputDirectory;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.cli.Version;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./compare run}, the default job. */
@Command(name = Run.NAME, mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = {
        "Runs the same payment handler on several stacks and compares what they need.",
        "Each stack runs in fresh processes with the same JVM options. Before it starts, the command says what it will do and how long that takes."}, footer = {
                "",
                "Results: report.html, summary.md and result.json (docs/RESULT.md).", "", "  ./compare --quick",
                "  ./compare --scenario overload", "  ./compare --stack blocking,virtual-thread --rate 400 --blocks 5",
                "  ./compare --stack blocking --stack changed=/path/to/app.jar"}, exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {
                        "0:complete, and every run is valid; or --dry-run", "1:something failed, or a run is invalid",
                        ExitCodes.WRONG_USAGE, ExitCodes.INTERRUPTED, ExitCodes.TERMINATED})
final class Run implements Callable<Integer> {

    static final String NAME = "run";

    private static final String OUTPUT = "--output";

    private static final String DRY_RUN = "--dry-run";

    /** Options that say how a comparison is shown, and may stand beside {@code --resume}. */
    private static final Set<String> ABOUT_SHOWING = Set.of("--resume", "--json", DRY_RUN);

    @Mixin
    private RunOptions asked = new RunOptions();

    @Mixin
    private ServiceOptions service = new ServiceOptions();

    @Option(names = OUTPUT, paramLabel = "DIR", description = "Where to write: a new or empty directory. Default: "
            + "target/comparison/<time>, to which target/comparison/latest then leads")
    private @Nullable Path output;

    @Option(names = "--resume", paramLabel = "DIR", description = "Go on with a comparison that was stopped, as it was "
            + "asked for then: what is complete in DIR is kept")
    private @Nullable Path resume;

    @Option(names = DRY_RUN, description = "Print what would be run, and run nothing")
    private boolean dryRun;

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    private @Nullable CommandSpec spec;

    private final Interruption interruption;

    Run(Interruption interruption) {
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return compare(Home.find()) ? spec().exitCodeOnSuccess() : spec().exitCodeOnExecutionException();
    }

    /**
     * Runs the comparison as requested.
     *
     * @return whether it is complete, and every run counts
     * @throws UsageException if the request cannot be met: then nothing was written, and {@code latest} leads where it
     *     did
     */
    boolean compare(Home home) throws IOException, InterruptedException {
        Path from = resume;
        if (from != null) {
            return resume(home, from);
        }
        List<String> arguments = redacted(command().getParseResult().originalArgs());
        List<Settings> all = checked(settings(home));
        Path to = output;
        if (to != null) {
            requireNew(to);
        }
        if (dryRun) {
            return show(home, all, to);
        }
        Path directory = to == null
                ? ResultDirectory.create(home.results())
                : OutputDirectory.create(OUTPUT, to).toAbsolutePath();
        announce(all);
        return asked.isAll()
                ? all(home, all, arguments, directory)
                : only(home, all.getFirst(), arguments, directory, null);
    }

    /**
     * Returns the settings of each scenario that is asked for.
     *
     * @throws UsageException naming the option whose value cannot be used
     */
    List<Settings> settings(Home home) {
        return settings(home, asked.scenarios());
    }

    private List<Settings> settings(Home home, List<String> scenarios) {
        return scenarios.stream().map(name -> asked.settings(home, service, ScenarioFile.named(name))).toList();
    }

    /** Checks all of them: if the last cannot be run, that is known before the first has run. */
    private static List<Settings> checked(List<Settings> all) throws InterruptedException {
        String _ = Experiment.externals(all.getFirst()); // the same for all
        long availableBytes = Machine.availableMemoryBytes();
        all.forEach(settings -> settings.requireMemory(availableBytes));
        return all;
    }

    private static void requireNew(Path directory) throws IOException {
        if (!directory.toString().isEmpty() && Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                if (files.findAny().isPresent()) {
                    throw new UsageException(OUTPUT + " " + directory + " is not empty, and no result is written over "
                            + "another. Name a new directory; to go on with a comparison: --resume " + directory);
                }
            }
        }
    }

    /** Prints the plan, and runs nothing. */
    private boolean show(Home home, List<Settings> all, @Nullable Path directory) throws InterruptedException {
        Preview preview = new Preview(all);
        List<String> lines = new ArrayList<>(List.of(preview.lines()));
        for (Settings settings : all) {
            lines.add("");
            lines.add(Report.header(settings, Machine.here(home.root(), settings.cpus()),
                    Experiment.jvmOptions(settings), Experiment.externals(settings)));
            lines.addAll(leftOut(settings));
        }
        lines.add("Results:   " + (directory == null ? home.results().resolve("<time>") : directory));
        lines.add("Nothing was run: " + DRY_RUN + ".");
        json.print(command(), preview.json(home, directory), String.join(System.lineSeparator(), lines));
        return true;
    }

    private void announce(List<Settings> all) {
        PrintWriter text = json.meanwhile(command());
        text.println(new Preview(all).text());
        text.println();
        text.flush();
    }

    /** Resumes a comparison, or one of all scenarios. */
    private boolean resume(Home home, Path directory) throws IOException, InterruptedException {
        if (command().getParseResult()
                .matchedOptions()
                .stream()
                .map(OptionSpec::longestName)
                .anyMatch(name -> !ABOUT_SHOWING.contains(name))) {
            throw new UsageException("--resume goes on with what was asked for then: leave out other options");
        }
        boolean hasAll = !Files.exists(directory.resolve(ResultFile.NAME))
                && Files.exists(directory.resolve(ScenarioFile.NAMES.getFirst()).resolve(ResultFile.NAME));
        Result earlier = ResultFile.of(hasAll ? directory.resolve(ScenarioFile.NAMES.getFirst()) : directory);
        if (!hasAll && earlier.status() == Result.Status.COMPLETE) {
            throw new UsageException("--resume " + directory + ": it is complete");
        }
        Run then = asThen(earlier, directory);
        List<Settings> all = checked(hasAll ? then.settings(home, ScenarioFile.NAMES) : then.settings(home));
        if (dryRun) {
            return then.show(home, all, directory);
        }
        then.announce(all);
        return hasAll
                ? then.all(home, all, earlier.command(), directory)
                : then.only(home, all.getFirst(), earlier.command(), directory, earlier);
    }

    /** Returns the command of an earlier result, which prints as this one does. */
    private Run asThen(Result earlier, Path directory) {
        if (earlier.command().stream().anyMatch(argument -> argument.contains(Settings.SECRET))) {
            throw new UsageException("--resume " + directory + ": its command had a password, which is not kept");
        }
        CommandLine again = Compare.commandLine(interruption)
                .setOut(command().getOut())
                .setErr(command().getErr());
        try {
            again.parseArgs(earlier.command().toArray(String[]::new));
        } catch (ParameterException e) {
            throw new UsageException(
                    "--resume " + directory + ": its command is not one of today's: " + e.getMessage());
        }
        Run then = Objects.requireNonNull(again.getSubcommands().get(NAME)).getCommand();
        then.json = json;
        return then;
    }

    /** Runs scenarios one after the other, each in a directory of its own, with one report. */
    private boolean all(Home home, List<Settings> all, List<String> arguments, Path directory)
            throws IOException, InterruptedException {
        List<Verdicts.OfResult> verdicts = new ArrayList<>();
        List<Result> results = new ArrayList<>();
        for (Settings settings : all) {
            String name = settings.scenario().name();
            Path own = OutputDirectory.create("--resume", directory.resolve(name));
            Result earlier = Files.exists(own.resolve(ResultFile.NAME)) ? ResultFile.of(own) : null;
            Result result = earlier != null && earlier.status() == Result.Status.COMPLETE
                    ? earlier
                    : one(home, settings, named(arguments, name), own, earlier);
            results.add(result);
            verdicts.add(Verdicts.of(result, own, own));
            ReportPage.write(results, directory);
            SummaryFile.write(results, directory);
            if (interruption.happened()) {
                break;
            }
        }
        json.meanwhile(command()).println("All scenarios: " + directory.resolve(ReportPage.NAME));
        return ended(results.size() == all.size(), verdicts, directory);
    }

    private boolean only(Home home, Settings settings, List<String> arguments, Path directory,
            @Nullable Result earlier) throws IOException, InterruptedException {
        Result result = one(home, settings, arguments, directory, earlier);
        return ended(true, List.of(Verdicts.of(result, directory, directory)), directory);
    }

    /** Prints the verdicts if JSON is wanted, and says whether every run counts. */
    private boolean ended(boolean all, List<Verdicts.OfResult> verdicts, Path directory) {
        boolean good = all && verdicts.stream().allMatch(Verdicts.OfResult::good);
        json.print(command(), Verdicts.json(good, verdicts, directory));
        return good;
    }

    private Result one(Home home, Settings settings, List<String> arguments, Path directory, @Nullable Result earlier)
            throws IOException, InterruptedException {
        settings.cpus().confineThisProcess();
        Experiment experiment = new Experiment(settings, home, arguments, Progress.ofThisTerminal(), interruption,
                directory, earlier);
        PrintWriter text = json.meanwhile(command());
        text.println(experiment.header());
        leftOut(settings).forEach(text::println);
        text.println();
        text.flush();
        Result result = experiment.run();
        if (!result.runs().isEmpty()) {
            text.println();
            text.println(Report.of(result));
        }
        text.println();
        text.println("Result: " + directory.resolve(ResultFile.NAME));
        text.println("Picture: " + directory.resolve(Picture.NAME));
        text.println("Report: " + directory.resolve(ReportPage.NAME));
        text.println("Summary: " + directory.resolve(SummaryFile.NAME));
        text.flush();
        if (result.failure() != null) {
            command().getErr().println("The comparison ended early: " + result.failure());
            command().getErr().println("To go on: ./compare --resume " + directory);
        }
        return result;
    }

    private static List<String> leftOut(Settings settings) {
        return settings.leftOut()
                .stream()
                .map(variant -> "Without " + variant.label() + ": " + variant.of()
                        + " is not among the stacks compared.")
                .toList();
    }

    /** Returns the same command for one scenario. */
    static List<String> named(List<String> arguments, String name) {
        List<String> named = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).equals(RunOptions.SCENARIO)) {
                i++;
            } else if (!arguments.get(i).startsWith(RunOptions.SCENARIO + "=")) {
                named.add(arguments.get(i));
            }
        }
        named.add(RunOptions.SCENARIO + "=" + name);
        return named;
    }

    /** Removes the password of a database URL. */
    static List<String> redacted(List<String> arguments) {
        return arguments.stream()
                .map(argument -> argument.replaceAll("//([^:/@]*):[^@]*@", "//$1:" + Settings.SECRET + "@"))
                .toList();
    }

    private CommandLine command() {
        return spec().commandLine();
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "set by picocli");
    }
}
