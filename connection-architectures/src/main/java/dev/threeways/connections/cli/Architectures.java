package dev.threeways.connections.cli;

import dev.threeways.connections.Architecture;
import dev.threeways.connections.measure.Measurements;
import dev.threeways.lab.cli.UsageErrors;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./architectures}: runs the servers for demonstration, and measures them. */
@Command(name = "architectures", mixinStandardHelpOptions = true, subcommands = {Architectures.ListThem.class,
        Serve.class}, description = "The ways a server can take connections.", synopsisSubcommandLabel = "COMMAND")
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
        return UsageErrors.areExplained(commandLine.setCaseInsensitiveEnumValuesAllowed(true));
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "What is to be done?");
    }

    @Command(name = "list", description = "The architectures, a line each.", mixinStandardHelpOptions = true)
    static final class ListThem implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @SuppressWarnings("NullAway.Init")
        ListThem() {}

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            for (Architecture architecture : Architecture.values()) {
                String unavailable = architecture.unavailable();
                out.printf(Locale.ROOT, "%-30s %s%s%n", architecture, architecture.summary(),
                        unavailable == null ? "" : " (" + unavailable + ")");
            }
            out.flush();
            return 0;
        }
    }
}
