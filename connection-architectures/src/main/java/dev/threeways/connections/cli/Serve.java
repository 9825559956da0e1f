package dev.threeways.connections.cli;

import dev.threeways.connections.Facility;
import dev.threeways.connections.ServerSettings;
import dev.threeways.connections.Trace;
import dev.threeways.connections.PrintedTrace;
import dev.threeways.connections.Watch;
import dev.threeways.connections.Endpoints;
import dev.threeways.connections.Architecture;
import dev.threeways.connections.ConnectionServer;
import dev.threeways.connections.Listening;
import dev.threeways.lab.cli.ExitCodes;
import dev.threeways.lab.cli.Version;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code serve}: one server in the foreground until Ctrl-C, or several processes of it on one port. */
@Command(name = "serve", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = "Runs one of them on loopback until Ctrl-C: /echo, /wait/MILLIS, /block/MILLIS, /compute/THOUSANDS, "
        + "/fail, /stats.", exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {
                "1:all of --processes have ended",
                "2:wrong usage, or the port is in use; explained in a line",
                ExitCodes.INTERRUPTED, ExitCodes.TERMINATED})
final class Serve implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", converter = ByName.class, description = "See './architectures list'.")
    private Architecture architecture;

    @Option(names = "--port", defaultValue = "8080", description = "0 for a free one. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(names = "--acceptors", defaultValue = "2", description = "Loops that accept, where there are several. Default: ${DEFAULT-VALUE}")
    private int acceptors;

    @Option(names = "--workers", description = "Threads that handle, where they are apart. Default: two for each CPU")
    private @Nullable Integer workers;

    @Option(names = "--connections", defaultValue = ""
            + ServerSettings.DEFAULT_CONNECTIONS, description = "Open at once; further ones wait in the backlog. Default: ${DEFAULT-VALUE}")
    private int connections;

    @Option(names = "--backlog", defaultValue = "4096", description = "Connections that wait to be accepted; net.core.somaxconn is the system's own limit. "
            + "Default: ${DEFAULT-VALUE}")
    private int backlog;

    @Option(names = "--selector", defaultValue = "epoll", description = "What the servers of this project ask which connections are ready: epoll or poll. "
            + "Default: ${DEFAULT-VALUE}")
    private Facility selector;

    @Option(names = "--trace", description = "Print each step in the life of each connection.")
    private boolean trace;

    @Option(names = "--processes", defaultValue = "1", description = "So many processes of it on one port (SO_REUSEPORT). Default: ${DEFAULT-VALUE}")
    private int processes;

    /** Set in each of several processes on one port. */
    @Option(names = "--shared", hidden = true)
    private boolean shared;

    /** Converts a name such as {@code socket-sharded}. */
    static final class ByName implements ITypeConverter<Architecture> {

        @Override
        public Architecture convert(String name) {
            try {
                return Architecture.of(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls anything
    Serve() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        String unavailable = architecture.unavailable();
        if (unavailable != null) {
            throw new ParameterException(spec.commandLine(), unavailable);
        }
        if (processes < 1) {
            throw new ParameterException(spec.commandLine(), "--processes must be at least 1, not " + processes);
        }
        ServerSettings settings = settings();
        if (processes > 1) {
            return serveInProcesses(settings);
        }
        ConnectionServer[] own = new ConnectionServer[1]; // the handler reports on its own server
        ConnectionServer server = architecture.server(settings, new Endpoints(() -> own[0].stats()));
        own[0] = server;
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            closed.countDown();
        }, "close"));
        try {
            server.start();
        } catch (IOException e) {
            throw cannotListen(e);
        }
        // One write: printf makes several, and lines of processes that share an output would mix.
        System.out.print(String.format(Locale.ROOT, "%s serves http://127.0.0.1:%d/ (process %d): %s%n", architecture,
                server.port(),
                ProcessHandle.current().pid(), architecture.summary()));
        closed.await();
        return 0;
    }

    private ParameterException cannotListen(IOException e) {
        return new ParameterException(spec.commandLine(), e.getMessage() + ": give another --port", e);
    }

    private ServerSettings settings() {
        try {
            return ServerSettings.defaults()
                    .withPort(port)
                    .withShared(shared)
                    .withThreads(acceptors, workers == null ? 2 * Runtime.getRuntime().availableProcessors() : workers)
                    .withConnections(backlog, connections)
                    .withSelectors(selector.selectors())
                    .withTrace(trace
                            ? new PrintedTrace(new PrintStream(System.out, true, System.out.charset()))
                            : Trace.NONE);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Starts JVMs like this one, with the same options. */
    private int serveInProcesses(ServerSettings settings) throws IOException, InterruptedException {
        if (!architecture.canShareAPort() || port == 0) {
            throw new ParameterException(spec.commandLine(), port == 0
                    ? "--processes need a --port to share"
                    : architecture + " cannot share its port with other processes");
        }
        try {
            Listening.bind(settings.withShared(true), new Watch(Trace.NONE)).close(); // a taken port is reported once
        } catch (IOException e) {
            throw cannotListen(e);
        }
        List<String> command = new ArrayList<>(
                List.of(ProcessHandle.current()
                        .info()
                        .command()
                        .orElseThrow(() -> new IllegalStateException(
                                "Which java runs this is not known"))));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Architectures.class.getName(), "serve",
                architecture.toString(), "--shared", "--port=" + port, "--acceptors=" + acceptors,
                "--connections=" + connections, "--backlog=" + backlog, "--selector=" + selector));
        if (workers != null) {
            command.add("--workers=" + workers);
        }
        if (trace) {
            command.add("--trace");
        }
        List<Process> children = new ArrayList<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> children.forEach(Process::destroy), "close"));
        for (int i = 0; i < processes; i++) {
            children.add(new ProcessBuilder(command).inheritIO().start());
        }
        int failed = 0;
        for (Process child : children) {
            failed += child.waitFor() == 0 ? 0 : 1;
        }
        return failed == 0 ? 0 : 1;
    }
}
