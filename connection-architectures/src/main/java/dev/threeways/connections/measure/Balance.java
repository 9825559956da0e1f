package dev.threeways.connections.measure;

import dev.threeways.connections.Architecture;
import dev.threeways.connections.measure.Findings.Metric;
import dev.threeways.lab.cli.DurationConverter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjDoubleConsumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code balance}: a few busy connections among many quiet ones. */
@Command(name = "balance", description = "A few busy connections among many: how evenly is the work done, and who waits for it?")
public final class Balance extends Measurement {

    /** Length to which Linux cuts a thread's name. */
    private static final int NAME_CHARACTERS = 15;

    @Option(names = "--busy", defaultValue = "4", description = "Connections with one request after the other. Default: ${DEFAULT-VALUE}")
    private int busy;

    @Option(names = "--compute", defaultValue = "2000", description = "Thousands of steps of arithmetic for each of these, some microsecond each. Default: ${DEFAULT-VALUE}")
    private int computeMicros;

    @Option(names = "--quiet", defaultValue = "96", description = "Other connections. Default: ${DEFAULT-VALUE}")
    private int quiet;

    @Option(names = "--rate", defaultValue = "100", description = "Requests a second on all of these together. Default: ${DEFAULT-VALUE}")
    private double rate;

    @Option(names = "--duration", converter = DurationConverter.class, defaultValue = "8s", paramLabel = "TIME", description = "Of that load. Default: ${DEFAULT-VALUE}")
    private Duration duration;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls anything
    Balance() {}

    @Override
    Duration duration() {
        return duration;
    }

    @Override
    String question() {
        return "A few connections keep their server busy: is the work spread over its threads, and what becomes of the latency "
                + "of the others?";
    }

    @Override
    String xTitle() {
        return "";
    }

    @Override
    List<Metric> metrics() {
        return List.of(
                new Metric("jain", "evenness of work between loops or workers (Jain's index of CPU time; 1 is even)",
                        false),
                new Metric("work", "answers on the busy connections a second", true),
                new Metric("p50", "quiet connections, p50, ms", true),
                new Metric("p99", "quiet connections, p99, ms", true));
    }

    @Override
    List<String> settings() {
        return List.of(String.format(Locale.ROOT,
                "%d busy connections, %d thousand steps of arithmetic for each request, closed loop; %d "
                        + "quiet ones with %.0f requests/s together, open loop; %.0f s. Two loops, or two workers. Client and server "
                        + "share all CPUs.",
                busy, computeMicros, quiet, rate, seconds()));
    }

    @Override
    List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Architecture architecture : List.of(Architecture.SINGLE_THREADED, Architecture.THREAD_PER_CONNECTION,
                Architecture.VIRTUAL_THREAD_PER_CONNECTION, Architecture.MULTIPLE_ACCEPTORS,
                Architecture.MESSAGE_BALANCED, Architecture.SOCKET_SHARDED, Architecture.SHARDED_AND_BALANCED)) {
            cases.add(new Case(architecture.toString(), 0));
        }
        return cases;
    }

    @Override
    String reference() {
        return Architecture.MESSAGE_BALANCED.toString();
    }

    @Override
    void measure(Case one, long caseSeed, ObjDoubleConsumer<String> figures) throws IOException, InterruptedException {
        try (ServerProcess server = new ServerProcess(Architecture.of(one.series()), logs(), List.of(), "--port=0",
                "--acceptors=2",
                "--workers=2"); Worker others = Worker.client(0); Worker few = Worker.client(1)) {
            JsonNode _ = others.ask("connect " + server.port() + " " + quiet);
            JsonNode _ = few.ask("connect " + server.port() + " " + busy);
            Outcome _ = others.open(Requests.WARM_UP_RATE, warmUpSeconds(), quiet, caseSeed, Requests.ECHO);
            Map<String, Double> before = server.figures().cpuMillisByThread();
            few.tell("closed " + seconds() + " " + busy + " " + Requests.compute(computeMicros));
            Outcome load = checked(one, others.open(rate, seconds(), quiet, caseSeed + 1, Requests.ECHO));
            Outcome work = Outcome.of(few.answer(seconds()));
            Map<String, Double> after = server.figures().cpuMillisByThread();
            figures.accept("work", work.ok() / seconds());
            figures.accept("p50", load.percentileMillis(50));
            figures.accept("p99", load.percentileMillis(99));
            Set<String> workers = server.counts("worker")
                    .keySet()
                    .stream()
                    .map(name -> name.substring(0, Math.min(name.length(), NAME_CHARACTERS)))
                    .collect(Collectors.toSet());
            if (!workers.contains("connection-*")) { // with a thread each, a scheduler spreads the work
                figures.accept("jain", Evenness.jain(workers.stream()
                        .map(name -> after.getOrDefault(name, 0.0) - before.getOrDefault(name, 0.0))
                        .toList(),
                        one.series().equals(Architecture.SINGLE_THREADED.toString()) ? 1 : 2));
            }
        }
    }
}
