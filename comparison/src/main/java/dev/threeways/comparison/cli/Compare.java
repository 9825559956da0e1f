package dev.threeways.comparison.cli;

import dev.threeways.comparison.report.Picture;
import dev.threeways.comparison.report.Report;
import dev.threeways.comparison.report.ReportPage;
import dev.threeways.comparison.report.SummaryFile;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultDirectory;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.run.Progress;
import dev.threeways.comparison.scenario.Plan;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.cli.Interruption;
import dev.threeways.lab.cli.OutputDirectory;
import dev.threeways.lab.cli.UsageErrors;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.cli.Version;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./compare}. */
@Command(name = "./compare", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = "Runs the same payment handler on several stacks in turn, each in fresh processes with the same "
        + "JVM options, and compares what they need.", footer = {"",
                "Results: report.html, summary.md and result.json (docs/RESULT.md) in",
                "target/comparison/<time>, to which target/comparison/latest leads.",
                "Exit code: 0 all runs valid, 1 something failed or a run is invalid,", "2 wrong usage.", "",
                "  ./compare --quick", "  ./compare --scenario overload",
                "  ./compare --stack blocking,virtual-thread --rate 400 --blocks 5",
                "  ./compare --stack blocking --stack changed=/path/to/app.jar"}, subcommands = {
                        Serve.class, MakeReport.class, Diff.class})
public final class Compare implements Callable<Integer> {

    private static final String SCENARIO = "--scenario";

    /** Every scenario of the project. */
    private static final String ALL = "all";

    /** Requests/s that a service that has just started can serve. */
    private static final int QUICK_RATE = 50;

    private static final int MAX_RATE = 20_000;

    private static final int MAX_BLOCKS = 1_000;

    private static final Duration MAX_DURATION = Duration.ofHours(1);

    /** Budget per stack: a quarter of an hour for three. */
    private static final Duration BUDGET_PER_STACK = Duration.ofMinutes(5);

    /** Blocks that are to fit the budget, in most cases. */
    private static final int PLANNED_BLOCKS = 3;

    /** A limit rather than a plan: about 50 blocks. */
    private static final Duration PRECISE_BUDGET_PER_STACK = Duration.ofHours(2);

    private static final Duration QUICK_BUDGET_PER_STACK = Duration.ofSeconds(50);

    private static final Duration QUICK_DURATION = Duration.ofSeconds(8);

    /** Divisor of an eventful scenario's duration in a quick run: its events need time. */
    private static final int QUICK_EVENTFUL_PART = 2;

    private static final Duration QUICK_WARM_UP = Duration.ofSeconds(4);

    private static final Duration MAX_WARM_UP = Duration.ofMinutes(2);

    private static final Duration MIN_WARM_UP = Duration.ofSeconds(20);

    /** A service that is still being compiled sustains far less than when warm. */
    private static final Duration MIN_WARM_UP_OF_SEARCH = Duration.ofMinutes(1);

    /** Fewest requests of a warm-up: CPU per request was never seen to stop falling before. */
    private static final int WARM_UP_REQUESTS = 40_000;

    @Option(names = "--quick", description = "One short block, or more if there is time: checks the accounting within "
            + "three minutes. Nothing is warm; its figures are stamped and say nothing about speed")
    private boolean quick;

    @Option(names = SCENARIO, defaultValue = Scenario.BASELINE, paramLabel = "NAME", completionCandidates = ScenarioNames.class, description = {
            "What is asked, see docs/SCENARIOS.md: ${COMPLETION-CANDIDATES}, all of them, or a file of your own that ends"
                    + " in .yaml.",
            "Default: ${DEFAULT-VALUE}"})
    private String scenario = "";

    @Option(names = "--rate", paramLabel = "N", description = "Requests a second, arriving as a Poisson process. "
            + "Default: 200, or the scenario's; quick 50")
    private @Nullable Integer rate;

    @Option(names = "--duration", converter = Converters.DurationConverter.class, paramLabel = "TIME", description = "Of a measured window. Default: 25s, or the scenario's; quick 8s")
    private @Nullable Duration duration;

    @Option(names = "--blocks", paramLabel = "N", description = "Exactly so many, whatever the budget. Default: as many "
            + "as fit the budget, at least 2, quick 1")
    private @Nullable Integer blocks;

    @Option(names = "--precision", converter = Converters.PercentConverter.class, paramLabel = "PERCENT", description = "As many "
            + "blocks as it takes until every interval is this narrow, at least 5: 5%%")
    private @Nullable Double precision;

    @Option(names = "--difference", converter = Converters.PercentConverter.class, defaultValue = "5%", paramLabel = "PERCENT", description = "The "
            + "smallest that matters to you. Default: ${DEFAULT-VALUE}")
    private double difference;

    @Option(names = "--budget", converter = Converters.DurationConverter.class, paramLabel = "TIME", description = "Time for all blocks together. Default: 5m for each stack, quick 50s, with --precision 2h for each")
    private @Nullable Duration budget;

    @Option(names = "--topology", paramLabel = "shared|many", description = "Connections: few shared keep-alive ones, as "
            + "from a proxy, or many clients with one each. Default: shared, or the scenario's")
    private Scenario.@Nullable Topology topology;

    @Option(names = "--resume", paramLabel = "DIR", description = "Go on with a comparison that was stopped, as it was "
            + "asked for then: what is complete in DIR is kept")
    private @Nullable Path resume;

    @Mixin
    private ServiceOptions service = new ServiceOptions();

    @Spec
    private @Nullable CommandSpec spec;

    private final Interruption interruption;

    /** Names of the scenarios, for picocli. */
    private static final class ScenarioNames extends ArrayList<String> {

        @Serial
        private static final long serialVersionUID = 1;

        ScenarioNames() {
            super(ScenarioFile.NAMES);
        }
    }

    private Compare(Interruption interruption) {
        this.interruption = interruption;
    }

    /** Ends the JVM with the command's exit code, or lets it end by the signal that came. */
    public static void main(String[] args) {
        Interruption interruption = Interruption.ofThisThread();
        interruption.exit(commandLine(interruption).execute(args));
    }

    public static CommandLine commandLine(Interruption interruption) {
        return UsageErrors.areExplained(
                new CommandLine(new Compare(interruption)).setCaseInsensitiveEnumValuesAllowed(true));
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
        List<String> arguments = redacted(spec().commandLine().getParseResult().originalArgs());
        boolean isAll = scenario.equals(ALL);
        List<Settings> settings = checked(home, isAll ? ScenarioFile.NAMES : List.of(scenario));
        Path directory = ResultDirectory.create(home.results());
        return isAll
                ? all(home, settings, arguments, directory)
                : one(home, settings.getFirst(), arguments, directory, null).isGood();
    }

    /** Returns the settings of these scenarios: if the last cannot be run, that is known before the first has run. */
    private List<Settings> checked(Home home, List<String> names) throws InterruptedException {
        List<Settings> all = names.stream().map(name -> settings(home, ScenarioFile.named(name))).toList();
        String _ = Experiment.externals(all.getFirst()); // the same for all
        long availableBytes = Machine.availableMemoryBytes();
        all.forEach(settings -> settings.requireMemory(availableBytes));
        return all;
    }

    /** Resumes a comparison, or one of all scenarios. */
    private boolean resume(Home home, Path directory) throws IOException, InterruptedException {
        if (spec().commandLine().getParseResult().matchedOptions().size() > 1) {
            throw new UsageException("--resume goes on with what was asked for then: leave out other options");
        }
        boolean hasAll = !Files.exists(directory.resolve(ResultFile.NAME))
                && Files.exists(directory.resolve(ScenarioFile.NAMES.getFirst()).resolve(ResultFile.NAME));
        Result earlier = ResultFile.of(hasAll ? directory.resolve(ScenarioFile.NAMES.getFirst()) : directory);
        if (earlier.command().stream().anyMatch(argument -> argument.contains(Settings.SECRET))) {
            throw new UsageException("--resume " + directory + ": its command had a password, which is not kept");
        }
        CommandLine again = commandLine(interruption);
        again.parseArgs(earlier.command().toArray(String[]::new));
        Compare then = again.getCommand();
        if (hasAll) {
            return then.all(home, then.checked(home, ScenarioFile.NAMES), earlier.command(), directory);
        }
        if (earlier.status() == Result.Status.COMPLETE) {
            throw new UsageException("--resume " + directory + ": it is complete");
        }
        return then
                .one(home, then.checked(home, List.of(then.scenario)).getFirst(), earlier.command(), directory, earlier)
                .isGood();
    }

    /** Runs scenarios one after the other, each in a directory of its own, with one report. */
    private boolean all(Home home, List<Settings> all, List<String> arguments, Path directory)
            throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (Settings settings : all) {
            String name = settings.scenario().name();
            Path own = OutputDirectory.create("--resume", directory.resolve(name));
            Result earlier = Files.exists(own.resolve(ResultFile.NAME)) ? ResultFile.of(own) : null;
            results.add(earlier != null && earlier.status() == Result.Status.COMPLETE
                    ? earlier
                    : one(home, settings, named(arguments, name), own, earlier));
            ReportPage.write(results, directory);
            SummaryFile.write(results, directory);
            if (interruption.happened()) {
                return false;
            }
        }
        spec().commandLine().getOut().println("All scenarios: " + directory.resolve(ReportPage.NAME));
        return results.stream().allMatch(Result::isGood);
    }

    /** Returns the same command for one scenario. */
    static List<String> named(List<String> arguments, String name) {
        List<String> named = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).equals(SCENARIO)) {
                i++;
            } else if (!arguments.get(i).startsWith(SCENARIO + "=")) {
                named.add(arguments.get(i));
            }
        }
        named.add(SCENARIO + "=" + name);
        return named;
    }

    private Result one(Home home, Settings settings, List<String> arguments, Path directory, @Nullable Result earlier)
            throws IOException, InterruptedException {
        settings.cpus().confineThisProcess();
        CommandLine command = spec().commandLine();
        Experiment experiment = new Experiment(settings, home, arguments, Progress.ofThisTerminal(), interruption,
                directory, earlier);
        PrintWriter out = command.getOut();
        out.println(experiment.header());
        settings.leftOut()
                .forEach(variant -> out.println(
                        "Without " + variant.label() + ": " + variant.of() + " is not among the stacks compared."));
        out.println();
        Result result = experiment.run();
        if (!result.runs().isEmpty()) {
            out.println();
            out.println(Report.of(result));
        }
        out.println();
        out.println("Result: " + directory.resolve(ResultFile.NAME));
        out.println("Picture: " + directory.resolve(Picture.NAME));
        out.println("Report: " + directory.resolve(ReportPage.NAME));
        out.println("Summary: " + directory.resolve(SummaryFile.NAME));
        out.flush();
        if (result.failure() != null) {
            command.getErr().println("The comparison ended early: " + result.failure());
            command.getErr().println("To go on: ./compare --resume " + directory);
        }
        return result;
    }

    Settings settings(Home home) {
        return settings(home, ScenarioFile.named(scenario));
    }

    /** @throws UsageException naming the option whose value cannot be used */
    Settings settings(Home home, Scenario asked) {
        int requestsPerSecond = rate != null ? rate : quick ? Math.min(QUICK_RATE, asked.rate()) : asked.rate();
        if (requestsPerSecond < 1 || requestsPerSecond > MAX_RATE) {
            throw new UsageException("--rate must be 1 to " + MAX_RATE + ", not " + requestsPerSecond);
        }
        double most = asked.steps().stream().mapToDouble(Scenario.Step::times).max().orElse(1) * requestsPerSecond;
        if (most > MAX_RATE) {
            throw new UsageException(String.format(Locale.ROOT,
                    "--rate %d: the steps of scenario '%s' make %.0f requests/s of it, and %d is the most. Lower one of them",
                    requestsPerSecond, asked.name(), most, MAX_RATE));
        }
        Integer wanted = blocks;
        if (wanted != null && (wanted < 1 || wanted > MAX_BLOCKS)) {
            throw new UsageException("--blocks must be 1 to " + MAX_BLOCKS + ", not " + wanted);
        }
        Duration window = duration != null ? duration : quick ? quickDuration(asked) : asked.duration();
        if (window.toSeconds() < 1 || window.compareTo(MAX_DURATION) > 0) {
            throw new UsageException("--duration must be 1s to " + MAX_DURATION.toMinutes() + "m");
        }
        if (wanted != null && precision != null) {
            throw new UsageException("--blocks and --precision both say how many blocks: give one of them");
        }
        if (precision != null && precision < Result.Capacity.STEP - 1
                && asked.search() == Scenario.Search.CAPACITY_TO_HOLD) {
            throw new UsageException(String.format(Locale.ROOT,
                    "--precision %.1f%%: capacities are known in steps of %.0f %%, "
                            + "and no number of blocks makes that less. Give --blocks, or a wider precision",
                    100 * precision, 100 * (Result.Capacity.STEP - 1)));
        }
        int stacks = StackSpec.withVariants(service.stacks(home), asked).size();
        Duration time = budget != null
                ? budget
                : budgetPerStack().multipliedBy(stacks);
        Plan plan = new Plan(quick, wanted, precision, difference, time,
                quick ? QUICK_WARM_UP : warmUpLimit(asked, time, window, stacks), quick ? 0 : WARM_UP_REQUESTS);
        return service.settings(home,
                asked.withLoad(requestsPerSecond, window, topology != null ? topology : asked.topology()), plan);
    }

    private Duration budgetPerStack() {
        return quick ? QUICK_BUDGET_PER_STACK : precision != null ? PRECISE_BUDGET_PER_STACK : BUDGET_PER_STACK;
    }

    private static Duration quickDuration(Scenario scenario) {
        return scenario.isSteady() ? QUICK_DURATION : scenario.duration().dividedBy(QUICK_EVENTFUL_PART);
    }

    /**
     * Returns what the budget leaves for warm-up if {@value #PLANNED_BLOCKS} blocks have to fit; the maximum if blocks
     * or a precision were requested.
     */
    private Duration warmUpLimit(Scenario scenario, Duration budget, Duration window, int stacks) {
        if (blocks != null || precision != null) {
            return MAX_WARM_UP;
        }
        Duration left = budget.dividedBy((long) PLANNED_BLOCKS * stacks).minus(window).minus(Experiment.RUN_OVERHEAD);
        Duration least = scenario.search() == Scenario.Search.NOTHING ? MIN_WARM_UP : MIN_WARM_UP_OF_SEARCH;
        return left.compareTo(least) < 0 ? least : left.compareTo(MAX_WARM_UP) > 0 ? MAX_WARM_UP : left;
    }

    /** Removes the password of a database URL. */
    static List<String> redacted(List<String> arguments) {
        return arguments.stream()
                .map(argument -> argument.replaceAll("//([^:/@]*):[^@]*@", "//$1:" + Settings.SECRET + "@"))
                .toList();
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "set by picocli");
    }
}
