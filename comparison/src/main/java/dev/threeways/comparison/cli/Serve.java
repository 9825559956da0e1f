package dev.threeways.comparison.cli;

import dev.threeways.comparison.run.Backends;
import dev.threeways.comparison.run.ServiceProcess;
import dev.threeways.comparison.scenario.Plan;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.cli.ExitCodes;
import dev.threeways.lab.cli.OutputDirectory;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.cli.Version;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.Ports;
import dev.threeways.lab.process.ProcessFailedException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** {@code ./compare serve}. */
@Command(name = "serve", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = "Starts the backends and all services side by side and leaves them running until Ctrl-C, to be "
        + "tried by hand.", exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {ExitCodes.FAILED,
                "2:wrong usage, or a port is in use; explained in a line", ExitCodes.INTERRUPTED,
                ExitCodes.TERMINATED})
final class Serve implements Callable<Integer> {

    private static final String OUTPUT = "--output";

    private static final int FIRST_PORT = 8081;

    private static final int FIRST_MANAGEMENT_PORT = 9081;

    private static final int SIMULATOR_PORT = 8090;

    private static final int ADMIN_PORT = 9080;

    /** Nothing is measured here, so the JVM may count what it allocates and show it. */
    private static final List<String> SHOWING = List.of("-XX:NativeMemoryTracking=summary");

    /** Stacks with ports below the simulator's. */
    private static final int MAX_STACKS = SIMULATOR_PORT - FIRST_PORT;

    private static final int MAX_OFFSET = 50_000;

    /** How soon a process that has died is noticed. */
    private static final Duration POLL = Duration.ofMillis(500);

    @Option(names = "--port-offset", defaultValue = "0", paramLabel = "N", description = "Added to every port, if "
            + "those of the project are in use. Default: ${DEFAULT-VALUE}")
    private int portOffset;

    @Option(names = OUTPUT, paramLabel = "DIR", description = "Where to write logs. Default: target/comparison/serve")
    private @Nullable Path output;

    @Mixin
    private ServiceOptions options = new ServiceOptions();

    @Spec
    private @Nullable CommandSpec spec;

    private record Served(StackSpec stack, int port, int managementPort) {}

    @Override
    public Integer call() throws Exception {
        requirePortOffset();
        Home home = Home.find();
        CommandLine command = Objects.requireNonNull(spec, "set by picocli").commandLine();
        Settings settings = options.settings(home, ScenarioFile.named(Scenario.BASELINE), Plan.NOTHING);
        List<Served> wanted = served(settings.stacks());
        Ports.requireFree(purposes(wanted, settings.paymentUrl() == null));
        settings.cpus().confineThisProcess();
        Path directory = OutputDirectory.create(OUTPUT, output == null ? home.results().resolve("serve") : output);
        List<ServiceProcess> services = new ArrayList<>();
        PrintWriter out = command.getOut();
        out.println("Starting " + String.join(", ", wanted.stream().map(served -> served.stack().label()).toList())
                + " and what they call ...");
        out.flush();
        try (Backends backends = Backends.start(settings, home, settings.seed(),
                SIMULATOR_PORT + portOffset,
                directory)) {
            try {
                for (Served served : wanted) {
                    services.add(ServiceProcess.start(served.stack(), settings, backends, served.port(),
                            served.managementPort(), SHOWING,
                            directory.resolve(served.stack().label() + "-service.log")));
                }
                try (AdminConsole admin = AdminConsole.start(home, ADMIN_PORT + portOffset,
                        directory.resolve("admin-console.log"))) {
                    for (Served served : wanted) {
                        admin.register(served.stack().label(), served.port(), served.managementPort());
                    }
                    out.println(instructions(wanted, backends, admin, directory));
                    out.flush();
                    watch(services, backends, admin);
                }
                return command.getCommandSpec().exitCodeOnSuccess(); // not reached: watching ends by a signal or failure
            } finally {
                services.forEach(ServiceProcess::close);
            }
        } catch (ProcessFailedException | InterruptedException | RuntimeException e) {
            if (Thread.interrupted() || e instanceof InterruptedException) {
                out.println("Stopped.");
            } else {
                command.getErr().println(e.getMessage());
            }
            return command.getCommandSpec().exitCodeOnExecutionException();
        }
    }

    private void requirePortOffset() {
        if (portOffset < 0 || portOffset > MAX_OFFSET) {
            throw new UsageException("--port-offset must be 0 to " + MAX_OFFSET + ", not " + portOffset);
        }
    }

    /** Assigns ports: the project's own services have theirs, others get the next. */
    private List<Served> served(List<StackSpec> stacks) {
        if (stacks.size() > MAX_STACKS) {
            throw new UsageException("serve has ports for " + MAX_STACKS + " stacks, not " + stacks.size());
        }
        List<Served> served = new ArrayList<>();
        int next = StackSpec.BUILT_IN.size();
        for (StackSpec stack : stacks) {
            int builtIn = StackSpec.BUILT_IN.indexOf(stack.label());
            int offset = builtIn >= 0 ? builtIn : next++;
            served.add(new Served(stack, FIRST_PORT + portOffset + offset,
                    FIRST_MANAGEMENT_PORT + portOffset + offset));
        }
        return served;
    }

    /** Returns what each port is for. */
    private Map<Integer, String> purposes(List<Served> wanted, boolean hasSimulator) {
        Map<Integer, String> purposes = new LinkedHashMap<>();
        wanted.forEach(served -> {
            purposes.put(served.port(), served.stack().label());
            purposes.put(served.managementPort(), served.stack().label() + "'s Actuator");
        });
        if (hasSimulator) {
            purposes.put(SIMULATOR_PORT + portOffset, "payment simulator");
        }
        purposes.put(ADMIN_PORT + portOffset, "admin console");
        return purposes;
    }

    /** Returns the ports that are needed without other options, and what each is for. */
    static Map<Integer, String> ports(List<StackSpec> stacks) {
        Serve serve = new Serve();
        return serve.purposes(serve.served(stacks), true);
    }

    private static void watch(List<ServiceProcess> services, Backends backends, AdminConsole admin)
            throws ProcessFailedException, InterruptedException {
        while (true) {
            for (ServiceProcess service : services) {
                service.requireAlive("while serving");
            }
            if (backends.simulator().isPresent() && !backends.simulator().get().isAlive()) {
                throw backends.simulator().get().failure("died");
            }
            if (!admin.process().isAlive()) {
                throw admin.process().failure("died");
            }
            Thread.sleep(POLL); // several processes are watched, of which any may die
        }
    }

    private static String instructions(List<Served> wanted, Backends backends, AdminConsole admin,
            Path directory) {
        List<String> lines = new ArrayList<>();
        for (Served served : wanted) {
            lines.add("");
            lines.add(served.stack().label());
            lines.add("  curl -i -X POST http://localhost:" + served.port() + "/orders/42/payment");
            lines.add("  curl http://localhost:" + served.managementPort() + "/actuator");
            lines.add(
                    "  mvn -pl gatling gatling:test -Dgatling.simulationClass=dev.threeways.gatling.SteadyRate -DbaseUrl=http://localhost:"
                            + served.port());
        }
        lines.add("");
        lines.add("Admin        " + admin.url() + " (Actuator of all of them, with a face)");
        lines.add("Payment API  " + backends.paymentUrl() + " (calls: /admin/calls, behaviour: /admin/behaviour)");
        lines.add("Database     " + backends.database().jdbcUrl() + ", user " + backends.database().user());
        lines.add("Logs         " + directory);
        lines.add("");
        lines.add("Ctrl-C stops everything.");
        return String.join(System.lineSeparator(), lines);
    }
}
