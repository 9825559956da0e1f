package dev.threeways.comparison.cli;

import dev.threeways.comparison.cli.Checkup.Check;
import dev.threeways.comparison.cli.Checkup.State;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.cli.ExitCodes;
import dev.threeways.lab.cli.JsonOption;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.cli.Version;
import dev.threeways.lab.process.CpuPlan;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.Machine;
import dev.threeways.lab.process.ProcessFigures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./compare doctor}. */
@Command(name = "doctor", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = {
        "Says whether this machine can run the comparison, and what will be skipped.",
        "Each line says what to do if something is not as it should be. Starts nothing, and takes some seconds."}, exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {
                "0:run is possible, though there may be warnings", "1:something makes run impossible",
                ExitCodes.WRONG_USAGE})
final class Doctor implements Callable<Integer> {

    private static final Path PROC = Path.of("/proc/self/limits");

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    private @Nullable CommandSpec spec;

    private final Supplier<Home> home;

    private final Duration watched;

    /** @param watched how long the host's steal is watched: it comes and goes within a second */
    Doctor(Supplier<Home> home, Duration watched) {
        this.home = home;
        this.watched = watched;
    }

    /** {@code --json}. */
    record Document(boolean runIsPossible, List<Check> checks) {}

    @Override
    public Integer call() throws InterruptedException {
        CommandLine command = Objects.requireNonNull(spec, "set by picocli").commandLine();
        List<Check> checks = checks(home.get());
        json.print(command, ResultFile.tree(new Document(isRunPossible(checks), checks)),
                checks.stream().map(Doctor::line).collect(Collectors.joining(System.lineSeparator())));
        return isRunPossible(checks)
                ? command.getCommandSpec().exitCodeOnSuccess()
                : command.getCommandSpec().exitCodeOnExecutionException();
    }

    static boolean isRunPossible(List<Check> checks) {
        return checks.stream().noneMatch(check -> check.state() == State.IMPOSSIBLE);
    }

    static String line(Check check) {
        String line = String.format(Locale.ROOT, "%-15s %-11s %s", check.state().text(), check.name(), check.finding());
        return check.advice().isEmpty()
                ? line
                : line + String.format(Locale.ROOT, "%n%28s%s", "", check.advice());
    }

    private List<Check> checks(Home place) throws InterruptedException {
        List<StackSpec> stacks = Checkup.stacks(place);
        boolean hasProc = Files.exists(PROC);
        return List.of(Checkup.jdk(Runtime.version(), System.getProperty("java.home")),
                Checkup.maven(System.getenv().getOrDefault("PATH", "")), Checkup.jars(place),
                Checkup.memory(Machine.availableMemoryBytes(), stacks),
                Checkup.openFiles(hasProc ? ProcessFigures.maxOpenFiles() : Long.MAX_VALUE),
                Checkup.ports(Serve.ports(stacks)), Checkup.cpus(CpuPlan.choose(null, false)),
                Checkup.pinning(whyNotPinned()), Checkup.steal(stealPercent()), Checkup.kernel(hasProc));
    }

    private static Optional<String> whyNotPinned() {
        try {
            CpuPlan _ = CpuPlan.choose(CpuPlan.Mode.PINNED, true);
            return Optional.empty();
        } catch (UsageException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Watches the machine; negative if it does not tell. */
    private double stealPercent() throws InterruptedException {
        Machine.CpuTime from = Machine.cpuTime();
        Thread.sleep(watched); // the watched interval
        Machine.CpuTime to = Machine.cpuTime();
        return to.total() == 0 ? -1 : Machine.stealPercent(from, to);
    }
}
