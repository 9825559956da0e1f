package dev.threeways.simulator;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** The simulator as a program of its own. */
@Command(name = "payment-simulator", mixinStandardHelpOptions = true, sortOptions = false, version = "payment-simulator 0.1.0", description = "A payment API whose latency and faults are computed from a seed and the idempotency key.", footer = {
        "", "Durations are written 50ms, 0.5s or 1m. Rates are between 0 and 1, together at most 1; what they "
                + "leave is approved.",
        "Ends on SIGTERM or Ctrl-C, once payments in progress had 2s to finish."})
public final class PaymentSimulatorApplication implements Callable<Integer> {

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host = "";

    @Option(names = "--port", defaultValue = "8090", description = "Port to listen on, 0 for a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--seed", defaultValue = "1", description = "What happens to a payment depends on this and its key alone (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--median", defaultValue = "50ms", description = "Median of the log-normal latency (default: ${DEFAULT-VALUE}).")
    private Duration median = Duration.ZERO;

    @Option(names = "--p99", defaultValue = "200ms", description = "Its 99th percentile (default: ${DEFAULT-VALUE}).")
    private Duration p99 = Duration.ZERO;

    @Option(names = "--floor", defaultValue = "1ms", description = "The shortest latency (default: ${DEFAULT-VALUE}).")
    private Duration floor = Duration.ZERO;

    @Option(names = "--decline-rate", defaultValue = "0", description = "200, status declined.")
    private double declineRate;

    @Option(names = "--error-rate", defaultValue = "0", description = "500.")
    private double errorRate;

    @Option(names = "--hang-rate", defaultValue = "0", description = "No answer until --hang-limit, then closed.")
    private double hangRate;

    @Option(names = "--reset-rate", defaultValue = "0", description = "The request is read, the connection reset.")
    private double resetRate;

    @Option(names = "--close-rate", defaultValue = "0", description = "The request is read, the connection closed without an answer.")
    private double closeRate;

    @Option(names = "--garbage-rate", defaultValue = "0", description = "200, but the body is no JSON.")
    private double garbageRate;

    @Option(names = "--truncate-rate", defaultValue = "0", description = "200, closed before Content-Length is reached.")
    private double truncateRate;

    @Option(names = "--drip-rate", defaultValue = "0", description = "200, one byte of the body every 200ms.")
    private double dripRate;

    @Option(names = "--close-after-answer", description = "Close each connection after its first answer, without announcing it.")
    private boolean closeAfterAnswer;

    @Option(names = "--reset-on-reuse", description = "Reset a connection when a second payment comes on it.")
    private boolean resetOnReuse;

    @Option(names = "--answer-bytes", defaultValue = "0", description = "Fill answers up to this size, at most 16384; 0 for not at all.")
    private int answerBytes;

    @Option(names = "--hang-limit", defaultValue = "60s", description = "How long a hang lasts (default: ${DEFAULT-VALUE}).")
    private Duration hangLimit = Duration.ZERO;

    @Option(names = "--event-loops", defaultValue = "1", description = "Threads that serve connections (default: ${DEFAULT-VALUE}).")
    private int eventLoops;

    @Option(names = "--max-keys", defaultValue = "1000000", description = "Keys remembered per run (default: ${DEFAULT-VALUE}).")
    private int maxKeys;

    @Option(names = "--max-connections", defaultValue = "10000", description = "Open connections; more are closed at once (default: ${DEFAULT-VALUE}).")
    private int maxConnections;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this.")
    @SuppressWarnings("UnusedVariable") // set by picocli
    private boolean help;

    @Spec
    private @Nullable CommandSpec command;

    private PaymentSimulatorApplication() {}

    static CommandLine commandLine() {
        return new CommandLine(new PaymentSimulatorApplication()).registerConverter(Duration.class,
                new DurationConverter()).setParameterExceptionHandler(PaymentSimulatorApplication::explain);
    }

    /** Explains in one line, without the help. */
    private static int explain(ParameterException e, String[] arguments) {
        e.getCommandLine().getErr().println(e.getMessage() + ". See --help");
        return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
    }

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandLine commandLine = Objects.requireNonNull(command).commandLine();
        PaymentSimulator simulator;
        try {
            simulator = PaymentSimulator.start(settings());
        } catch (IllegalStateException e) {
            throw new ParameterException(commandLine, e.getMessage() + ". Give another --host or --port", e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "shutdown"));
        commandLine.getOut()
                .println("payment-simulator on " + simulator.baseUrl() + ", seed " + seed + ", behaviour "
                        + JsonMapper.shared().writeValueAsString(simulator.behaviour()));
        simulator.awaitClosed();
        return 0;
    }

    private SimulatorSettings settings() {
        try {
            var behaviour = new Behaviour(50, 200, 1, declineRate, errorRate, hangRate, resetRate, closeRate,
                    garbageRate, truncateRate, dripRate, closeAfterAnswer, resetOnReuse, answerBytes)
                    .withLatency(median, p99, floor);
            return new SimulatorSettings(host, port, seed, behaviour, eventLoops, maxKeys, maxConnections, hangLimit,
                    SimulatorSettings.DEFAULT.stopGrace());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(command).commandLine(), e.getMessage());
        }
    }
}
