package dev.threeways.comparison.cli;

import dev.threeways.lab.cli.Completion;
import dev.threeways.lab.cli.ExitCodes;
import dev.threeways.lab.cli.Interruption;
import dev.threeways.lab.cli.UsageErrors;
import dev.threeways.lab.cli.Version;
import dev.threeways.lab.process.Home;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ./compare}. */
@Command(name = "./compare", mixinStandardHelpOptions = true, versionProvider = Version.class, customSynopsis = {
        "./compare [RUN OPTIONS]",
        "       ./compare [-hV] COMMAND"}, description = "Compares what the same payment handler needs on several stacks. Without a command: run.", footer = {
                "", "  ./compare                      the default: three stacks, a quarter of an hour",
                "  ./compare --quick              checks in a few minutes that all works",
                "  ./compare --dry-run            what the default would do",
                "  ./compare run --help           the options of run"}, exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {
                        "0:done; --help of each command says more", ExitCodes.FAILED,
                        ExitCodes.WRONG_USAGE}, preprocessor = Compare.DefaultJob.class)
public final class Compare {

    /** How long the doctor watches the machine's host. */
    private static final Duration WATCHED = Duration.ofSeconds(3);

    private Compare() {}

    /** Ends the JVM with the command's exit code, or lets it end by the signal that came. */
    public static void main(String[] args) {
        Interruption interruption = Interruption.ofThisThread();
        interruption.exit(commandLine(interruption).execute(args));
    }

    public static CommandLine commandLine(Interruption interruption) {
        CommandLine command = new CommandLine(new Compare()).addSubcommand(new Run(interruption))
                .addSubcommand(new MakeReport())
                .addSubcommand(new Diff())
                .addSubcommand(new Serve())
                .addSubcommand(new Listing())
                .addSubcommand(new Doctor(Home::find, WATCHED))
                .addSubcommand(new Completion(Run.NAME));
        return UsageErrors.areExplained(command.setCaseInsensitiveEnumValuesAllowed(true));
    }

    /** Takes options without a command, or nothing at all, for those of {@code run}. */
    static final class DefaultJob implements IParameterPreprocessor {

        private static final Set<String> OF_THE_COMMAND = Set.of("-h", "--help", "-V", "--version", "-hV", "-Vh");

        @Override
        public boolean preprocess(Stack<String> arguments, CommandSpec command, @Nullable ArgSpec argument,
                Map<String, Object> info) {
            if (arguments.isEmpty()
                    || (arguments.peek().startsWith("-") && !OF_THE_COMMAND.contains(arguments.peek()))) {
                arguments.push(Run.NAME);
            }
            return false; // go on with these
        }
    }
}
