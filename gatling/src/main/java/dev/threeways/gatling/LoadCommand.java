package dev.threeways.gatling;

import io.gatling.app.Gatling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A simulation against one of the services of {@code docker-compose.yml}, from inside its network. {@code README.md}
 * has the defaults.
 */
@Command(name = "gatling", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true, description = "Pays orders at a given rate, however fast the service answers.")
public final class LoadCommand implements Callable<Integer> {

    /** The services by their names in the network. */
    enum Stack {

        BLOCKING("http://blocking-service:8081"),
        REACTIVE("http://reactive-service:8082"),
        VIRTUAL_THREAD("http://virtual-thread-service:8083");

        private final String url;

        Stack(String url) {
            this.url = url;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    enum Simulation {

        SteadyRate,
        RampRate,
        Spike;

        RateProfile profile(SystemSettings settings, Duration duration) {
            return switch (this) {
                case SteadyRate -> dev.threeways.gatling.SteadyRate.profile(settings, duration);
                case RampRate -> dev.threeways.gatling.RampRate.profile(settings, duration);
                case Spike -> dev.threeways.gatling.Spike.profile(settings, duration);
            };
        }
    }

    static final class Target {

        @Option(names = "--stack", description = "One of ${COMPLETION-CANDIDATES}.")
        @Nullable
        Stack stack;

        @Option(names = "--base-url", description = "Any other service, such as http://host:8080.")
        @Nullable
        String url;

        String baseUrl() {
            return stack == null ? String.valueOf(url) : stack.url;
        }
    }

    @ArgGroup(multiplicity = "1")
    private Target target = new Target();

    @Option(names = "--simulation", defaultValue = "SteadyRate", description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Simulation simulation = Simulation.SteadyRate;

    @Option(names = "--rate", description = "Requests per second (default: 100).")
    @Nullable
    private String rate;

    @Option(names = "--duration", description = "Seconds to measure (default: 60).")
    @Nullable
    private String duration;

    @Option(names = "--warmup", description = "Seconds to warm up (default: 10).")
    @Nullable
    private String warmup;

    @Option(names = "-D", mapFallbackValue = "true", description = "Any other property of gatling/README.md, such as -Dseed=2.")
    private Map<String, String> properties = Map.of();

    @Option(names = "--reports", defaultValue = "/tmp/gatling", description = "Directory of Gatling's reports (default: ${DEFAULT-VALUE}).")
    private String reports = "";

    @Spec
    @Nullable
    private CommandSpec spec;

    private LoadCommand() {}

    static CommandLine commandLine() {
        return new CommandLine(new LoadCommand()).setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(LoadCommand::explain);
    }

    /** Explains in one line, without the help. */
    private static int explain(ParameterException e, String[] arguments) {
        e.getCommandLine().getErr().println(e.getMessage() + ". See --help");
        return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
    }

    /** Ends the process with Gatling's exit code, or 2 if the arguments make no sense. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    @Override
    public Integer call() {
        Map<String, String> all = properties();
        requireSense(new SystemSettings(name -> all.containsKey(name) ? all.get(name) : System.getProperty(name)));
        all.forEach(System::setProperty);
        Gatling.main(arguments().toArray(String[]::new)); // ends the process
        return 0;
    }

    /** Checks the settings first: Gatling would print a place in its own code. */
    private void requireSense(SystemSettings all) {
        try {
            LoadSettings settings = LoadSettings.from(all);
            ArrivalSchedule _ = ArrivalSchedule.of(simulation.profile(all, settings.duration()),
                    settings.arrivals(), settings.seed());
            requireWritable("--reports", Path.of(reports));
            if (settings.results() != null) {
                requireWritable("-Dresults", settings.results());
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireWritable(String name, Path directory) {
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, "writable", null));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    name + "=" + directory + ": must be a directory that can be written to (" + e + ")", e);
        }
    }

    Map<String, String> properties() {
        var all = new TreeMap<>(properties);
        all.put("baseUrl", target.baseUrl());
        put(all, "rate", rate);
        put(all, "duration", duration);
        put(all, "warmup", warmup);
        return all;
    }

    private List<String> arguments() {
        return GatlingCommand.arguments(simulation.name(), Path.of(reports));
    }

    private static void put(Map<String, String> all, String name, @Nullable String value) {
        if (value != null) {
            all.put(name, value);
        }
    }
}
