package dev.threeways.connections.measure;

import dev.threeways.lab.process.ProcessFigures;
import dev.threeways.connections.Architecture;
import dev.threeways.connections.measure.Findings.Metric;
import dev.threeways.lab.process.ProcessFigures.Memory;
import dev.threeways.lab.process.ProcessFigures.ThreadMemory;
import dev.threeways.lab.cli.DurationConverter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ObjDoubleConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code threads}: cost of a connection that has a thread, a virtual thread, or none of its own. */
@Command(name = "threads", description = "Memory and context switches with a thread, a virtual thread, or a loop for all connections.")
public final class Threads extends Measurement {

    private static final double MIB = 1 << 20;

    /** Most connections that are used for warm-up. */
    private static final int MOST_AT_ONCE = 32;

    private static final String NATIVE_MEMORY = "-XX:NativeMemoryTracking=summary";

    @Option(names = "--connections", split = ",", defaultValue = "1,100,1000,10000", description = "Open connections, each used once. Default: ${DEFAULT-VALUE}")
    private List<Integer> connections;

    @Option(names = "--rate", defaultValue = "1000", description = "Requests a second, on the connections in turn, while switches are counted. Default: ${DEFAULT-VALUE}")
    private double rate;

    @Option(names = "--duration", converter = DurationConverter.class, defaultValue = "5s", paramLabel = "TIME", description = "Of that load. Default: ${DEFAULT-VALUE}")
    private Duration duration;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls anything
    Threads() {}

    @Override
    Duration duration() {
        return duration;
    }

    @Override
    String question() {
        return "What does a connection cost in memory and context switches: with a platform thread, with a virtual thread, "
                + "on an event loop?";
    }

    @Override
    String xTitle() {
        return "connections";
    }

    @Override
    List<Metric> metrics() {
        return List.of(new Metric("reserved", "stacks and thread structures, reserved, MiB", false),
                new Metric("committed", "of these committed, MiB", false),
                new Metric("outside", "resident outside the heap, MiB", true),
                new Metric("heap", "live heap, MiB", true),
                new Metric("threads", "threads of the process", false),
                new Metric("switches", "context switches per request", true),
                new Metric("cpu", "CPU per request, ms", true));
    }

    @Override
    List<String> settings() {
        return List.of(String.format(Locale.ROOT,
                "Each connection was used once. Reserved and committed: the JVM's native "
                        + "memory tracking. Then %.0f requests/s on them in turn for %.0f s, CPU and switches without the JIT compiler's."
                        + " JVM: %s %s",
                rate, seconds(), NATIVE_MEMORY,
                String.join(" ", ServerProcess.JVM_OPTIONS)));
    }

    @Override
    List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Architecture architecture : List.of(Architecture.THREAD_PER_CONNECTION,
                Architecture.VIRTUAL_THREAD_PER_CONNECTION, Architecture.SINGLE_THREADED)) {
            connections.stream()
                    .map(this::within)
                    .distinct()
                    .forEach(count -> cases.add(new Case(architecture.toString(), count)));
        }
        return cases;
    }

    @Override
    String reference() {
        return Architecture.THREAD_PER_CONNECTION.toString();
    }

    @Override
    void measure(Case one, long caseSeed, ObjDoubleConsumer<String> figures) throws IOException, InterruptedException {
        int count = (int) one.x();
        try (ServerProcess server = new ServerProcess(Architecture.of(one.series()), logs(), List.of(NATIVE_MEMORY),
                "--port=0", "--connections=" + (count + 10)); Worker client = Worker.client(0)) {
            JsonNode _ = client.ask("connect " + server.port() + " " + count);
            JsonNode _ = client.ask("use 32 " + Requests.ECHO);
            Outcome _ = client.closed(warmUpSeconds(), Math.min(count, MOST_AT_ONCE), Requests.ECHO);
            ProcessFigures process = server.figures();
            Memory memory = process.memory();
            ThreadMemory stacks = process.threadMemory();
            figures.accept("reserved", stacks.reservedBytes() / MIB);
            figures.accept("committed", stacks.committedBytes() / MIB);
            figures.accept("outside", memory.outsideHeapBytes() / MIB);
            figures.accept("heap", memory.liveHeapBytes() / MIB);
            figures.accept("threads", process.threads());
            long switches = process.contextSwitches();
            double cpu = process.cpuMillis();
            double requests = checked(one, client.open(rate, seconds(), count, caseSeed + 1, Requests.ECHO)).ok();
            figures.accept("switches", (process.contextSwitches() - switches) / requests);
            figures.accept("cpu", (process.cpuMillis() - cpu) / requests);
        }
    }
}
