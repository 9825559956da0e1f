package dev.threeways.comparison.cli;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.Plan;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.cli.DurationConverter;
import dev.threeways.lab.cli.PercentConverter;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.process.Home;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say what a comparison asks and how much it measures. */
final class RunOptions {

    static final String SCENARIO = "--scenario";

    /** Every scenario of the project. */
    static final String ALL = "all";

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
            "What is asked, see docs/SCENARIOS.md: ${COMPLETION-CANDIDATES} (one after the other), or a file of your own that"
                    + " ends in .yaml.",
            "Default: ${DEFAULT-VALUE}"})
    private String scenario = "";

    @Option(names = "--rate", paramLabel = "N", description = "Requests a second, arriving as a Poisson process. "
            + "Default: 200, or the scenario's; quick 50")
    private @Nullable Integer rate;

    @Option(names = "--duration", converter = DurationConverter.class, paramLabel = "TIME", description = "Length of the measured window. Default: 25s, or the scenario's; quick 8s")
    private @Nullable Duration duration;

    @Option(names = "--blocks", paramLabel = "N", description = "Number of blocks, whatever the budget. Default: as many "
            + "as fit the budget, at least 2, quick 1")
    private @Nullable Integer blocks;

    @Option(names = "--precision", converter = PercentConverter.class, paramLabel = "PERCENT", description = "As many "
            + "blocks as it takes until every interval is this narrow, at least 5: 5%%")
    private @Nullable Double precision;

    @Option(names = "--margin", converter = PercentConverter.class, defaultValue = "5%", paramLabel = "PERCENT", description = "The "
            + "smallest difference that matters to you. Default: ${DEFAULT-VALUE}")
    private double margin;

    @Option(names = "--budget", converter = DurationConverter.class, paramLabel = "TIME", description = "Time for all blocks together. Default: 5m for each stack, quick 50s, with --precision 2h for each")
    private @Nullable Duration budget;

    @Option(names = "--topology", paramLabel = "shared|many", description = "Connections: few shared keep-alive ones, as "
            + "from a proxy, or many clients with one each. Default: shared, or the scenario's")
    private Scenario.@Nullable Topology topology;

    /** Values of {@code --scenario}, for picocli. */
    private static final class ScenarioNames extends ArrayList<String> {

        @Serial
        private static final long serialVersionUID = 1;

        ScenarioNames() {
            super(ScenarioFile.NAMES);
            add(ALL);
        }
    }

    boolean isAll() {
        return scenario.equals(ALL);
    }

    /** Returns what {@link ScenarioFile#named} reads: one, or every scenario of the project. */
    List<String> scenarios() {
        return isAll() ? ScenarioFile.NAMES : List.of(scenario);
    }

    /** @throws UsageException naming the option whose value cannot be used */
    Settings settings(Home home, ServiceOptions service, Scenario asked) {
        int requestsPerSecond = rate != null ? rate : quick ? Math.min(QUICK_RATE, asked.rate()) : asked.rate();
        requireRate(asked, requestsPerSecond);
        Integer wanted = blocks;
        if (wanted != null && (wanted < 1 || wanted > MAX_BLOCKS)) {
            throw new UsageException("--blocks must be 1 to " + MAX_BLOCKS + ", not " + wanted);
        }
        Duration window = window(asked);
        if (window.toSeconds() < 1 || window.compareTo(MAX_DURATION) > 0) {
            throw new UsageException("--duration must be 1s to " + MAX_DURATION.toMinutes() + "m");
        }
        requirePrecision(asked);
        int stacks = StackSpec.withVariants(service.stacks(home), asked).size();
        return service.settings(home,
                asked.withLoad(requestsPerSecond, window, topology != null ? topology : asked.topology()),
                plan(asked, stacks));
    }

    private static void requireRate(Scenario asked, int requestsPerSecond) {
        if (requestsPerSecond < 1 || requestsPerSecond > MAX_RATE) {
            throw new UsageException("--rate must be 1 to " + MAX_RATE + ", not " + requestsPerSecond);
        }
        double most = asked.steps().stream().mapToDouble(Scenario.Step::times).max().orElse(1) * requestsPerSecond;
        if (most > MAX_RATE) {
            throw new UsageException(String.format(Locale.ROOT,
                    "--rate %d: the steps of scenario '%s' make %.0f requests/s of it, and %d is the most. Lower one of them",
                    requestsPerSecond, asked.name(), most, MAX_RATE));
        }
    }

    private void requirePrecision(Scenario asked) {
        if (blocks != null && precision != null) {
            throw new UsageException("--blocks and --precision both say how many blocks: give one of them");
        }
        if (precision != null && precision < Result.Capacity.STEP - 1
                && asked.search() == Scenario.Search.CAPACITY_TO_HOLD) {
            throw new UsageException(String.format(Locale.ROOT,
                    "--precision %.1f%%: capacities are known in steps of %.0f %%, "
                            + "and no number of blocks makes that less. Give --blocks, or a wider precision",
                    100 * precision, 100 * (Result.Capacity.STEP - 1)));
        }
    }

    private Duration window(Scenario asked) {
        return duration != null ? duration : quick ? quickDuration(asked) : asked.duration();
    }

    private static Duration quickDuration(Scenario scenario) {
        return scenario.isSteady() ? QUICK_DURATION : scenario.duration().dividedBy(QUICK_EVENTFUL_PART);
    }

    /** @param stacks how many, variants included */
    Plan plan(Scenario asked, int stacks) {
        Duration time = budget != null ? budget : budgetPerStack().multipliedBy(stacks);
        return new Plan(quick, blocks, precision, margin, time,
                quick ? QUICK_WARM_UP : warmUpLimit(asked, time, stacks), quick ? 0 : WARM_UP_REQUESTS);
    }

    private Duration budgetPerStack() {
        return quick ? QUICK_BUDGET_PER_STACK : precision != null ? PRECISE_BUDGET_PER_STACK : BUDGET_PER_STACK;
    }

    /**
     * Returns what the budget leaves for warm-up if {@value #PLANNED_BLOCKS} blocks have to fit; the maximum if blocks
     * or a precision were requested.
     */
    private Duration warmUpLimit(Scenario asked, Duration time, int stacks) {
        if (blocks != null || precision != null) {
            return MAX_WARM_UP;
        }
        Duration left = time.dividedBy((long) PLANNED_BLOCKS * stacks)
                .minus(window(asked))
                .minus(Experiment.RUN_OVERHEAD);
        Duration least = asked.search() == Scenario.Search.NOTHING ? MIN_WARM_UP : MIN_WARM_UP_OF_SEARCH;
        return left.compareTo(least) < 0 ? least : left.compareTo(MAX_WARM_UP) > 0 ? MAX_WARM_UP : left;
    }
}
