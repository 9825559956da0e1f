package dev.threeways.connections.cli;

import dev.threeways.connections.Architecture;
import dev.threeways.connections.measure.Measurements;
import dev.threeways.lab.cli.Completion;
import dev.threeways.lab.cli.ExitCodes;
import dev.threeways.lab.cli.JsonOption;
import dev.threeways.lab.cli.UsageErrors;
import dev.threeways.lab.cli.Version;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./architectures}: runs the servers for demonstration, and measures them. */
@Command(name = "./architectures", mixinStandardHelpOptions = true, versionProvider = Version.class, subcommands = {
        Architectures.ListThem.class,
        Serve.class}, description = "The ways a server can take connections.", synopsisSubcommandLabel = "COMMAND", exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {
                "0:done; --help of each command says more", ExitCodes.FAILED, "2:wrong usage, or no command"})
public final class Architectures implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls anything
    Architectures() {}

    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Architectures());
        Measurements.all().forEach(commandLine::addSubcommand);
        commandLine.addSubcommand(new Completion(null));
        return UsageErrors.areExplained(commandLine.setCaseInsensitiveEnumValuesAllowed(true));
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "What is to be done?");
    }

    @Command(name = "list", description = "The architectures, a line each.", mixinStandardHelpOptions = true, sortOptions = false, versionProvider = Version.class, exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {
            ExitCodes.DONE, ExitCodes.WRONG_USAGE})
    static final class ListThem implements Callable<Integer> {

        @Mixin
        private JsonOption json;

        @Spec
        private CommandSpec spec;

        @SuppressWarnings("NullAway.Init")
        ListThem() {}

        /** @param unavailable why it cannot run here; null if it can */
        record Listed(String name, String summary, @Nullable String unavailable) {}

        private static String line(Listed one) {
            return String.format(Locale.ROOT, "%-30s %s%s", one.name(), one.summary(),
                    one.unavailable() == null ? "" : " (" + one.unavailable() + ")");
        }

        @Override
        public Integer call() {
            List<Listed> all = Arrays.stream(Architecture.values())
                    .map(one -> new Listed(one.toString(), one.summary(), one.unavailable()))
                    .toList();
            json.print(spec.commandLine(), JsonMapper.shared().valueToTree(all),
                    all.stream().map(ListThem::line).collect(Collectors.joining(System.lineSeparator())));
            return 0;
        }
    }
}
