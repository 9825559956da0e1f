package dev.threeways.connections.measure;

import dev.threeways.lab.process.ProcessFigures;
import dev.threeways.connections.Architecture;
import dev.threeways.connections.measure.Findings.Metric;
import dev.threeways.lab.cli.DurationConverter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjDoubleConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code accept}: how fast connections are accepted and how evenly they spread, from one socket and from several. */
@Command(name = "accept", description = "Accepted connections a second, and how they spread over acceptors.")
final class Accept extends Measurement {

    private static final String SHARED = "shared-socket";

    private static final String SHARDED = "sharded";

    private static final int BACKLOG = 128;

    private static final int BEYOND_BACKLOG = 200;

    private static final int SHARD_CONNECTIONS = 200;

    @Option(names = "--acceptors", split = ",", defaultValue = "1,2,4", description = "Loops that accept. Default: ${DEFAULT-VALUE}")
    private List<Integer> acceptors;

    @Option(names = "--duration", converter = DurationConverter.class, defaultValue = "5s", paramLabel = "TIME", description = "Of accepting. Default: ${DEFAULT-VALUE}")
    private Duration duration;

    @Option(names = "--at-once", defaultValue = "64", description = "Connections that are being made at once. Default: ${DEFAULT-VALUE}")
    private int atOnce;

    private boolean limitsShown;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls anything
    Accept() {}

    @Override
    Duration duration() {
        return duration;
    }

    @Override
    String question() {
        return "Do more acceptors accept more, from one shared socket or from one each, and how evenly do connections spread?";
    }

    @Override
    String xTitle() {
        return "acceptors";
    }

    @Override
    List<Metric> metrics() {
        return List.of(new Metric("rate", "accepted connections a second", true),
                new Metric("cpu", "server's CPU per connection, ms", true),
                new Metric("jain", "evenness of acceptors' shares (Jain's index; 1 is even)", false),
                new Metric("empty", "times woken for nothing, per accepted connection", false));
    }

    @Override
    List<String> settings() {
        return List.of(String.format(Locale.ROOT,
                "%d clients make a connection, send a request, read the answer, reset: for "
                        + "%.0f s after %.0f s of warming up. Client and server share all CPUs, so that the rate is of both.",
                atOnce, seconds(), warmUpSeconds()));
    }

    @Override
    List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String series : List.of(SHARED, SHARDED)) {
            acceptors.forEach(count -> cases.add(new Case(series, count)));
        }
        return cases;
    }

    @Override
    String reference() {
        return SHARED;
    }

    @Override
    void measure(Case one, long caseSeed, ObjDoubleConsumer<String> figures) throws IOException, InterruptedException {
        Architecture architecture = one.series().equals(SHARED)
                ? Architecture.MULTIPLE_ACCEPTORS
                : Architecture.SOCKET_SHARDED;
        try (ServerProcess server = new ServerProcess(architecture, logs(), List.of(), "--port=0",
                "--acceptors=" + (int) one.x());
                Worker client = Worker.client(0)) {
            churn(client, server, warmUpSeconds());
            long accepted = server.count("accepted");
            long empty = server.count("empty accepts");
            Map<String, Long> before = server.counts("acceptor");
            double cpu = server.figures().cpuMillis();
            churn(client, server, seconds());
            long fresh = server.count("accepted") - accepted;
            figures.accept("rate", fresh / seconds());
            figures.accept("cpu", (server.figures().cpuMillis() - cpu) / fresh);
            figures.accept("empty", (server.count("empty accepts") - empty) / (double) fresh);
            Map<String, Long> shares = new TreeMap<>(server.counts("acceptor"));
            before.forEach((thread, count) -> shares.merge(thread, -count, Long::sum));
            figures.accept("jain", Evenness.jain(shares.values(), (int) one.x()));
        }
        if (!limitsShown) {
            limitsShown = true;
            try {
                backlog();
                deadShard();
            } catch (IOException e) { // what was measured is kept
                note("Not shown: " + e.getMessage());
            }
        }
    }

    private void churn(Worker client, ServerProcess server, double forSeconds) throws IOException {
        client.tell("churn " + server.port() + " " + forSeconds + " " + atOnce + " " + Requests.ECHO);
        JsonNode _ = client.answer(forSeconds);
    }

    /**
     * Hangs, then kills, one of two processes on a port. Shows what becomes of its connections, of those in its
     * backlog, and of those made afterwards.
     */
    private void deadShard() throws IOException, InterruptedException {
        try (ServerProcess one = new ServerProcess(Architecture.SINGLE_THREADED, logs(), List.of(), "--port=0",
                "--shared");
                ServerProcess other = new ServerProcess(Architecture.SINGLE_THREADED, logs(), List.of(),
                        "--port=" + one.port(),
                        "--shared");
                Worker before = Worker.client(0);
                Worker meanwhile = Worker.client(1);
                Worker after = Worker.client(2)) {
            JsonNode _ = before.ask("connect " + one.port() + " " + SHARD_CONNECTIONS);
            JsonNode _ = before.ask("use 16 " + Requests.ECHO);
            other.hang();
            JsonNode _ = meanwhile.ask("connect " + one.port() + " " + SHARD_CONNECTIONS);
            other.kill();
            int lost = SHARD_CONNECTIONS - settled(before);
            int waiting = SHARD_CONNECTIONS - settled(meanwhile);
            JsonNode _ = after.ask("connect " + one.port() + " " + SHARD_CONNECTIONS);
            Outcome answered = Outcome.of(after.ask("use 16 " + Requests.ECHO));
            note(String.format(Locale.ROOT,
                    "One of two processes on a port dies: of %d connections %d were its own and are "
                            + "lost; of %d made while it hung %d were in its backlog and are lost; of %d made afterwards %d were "
                            + "answered by the other.",
                    SHARD_CONNECTIONS, lost, SHARD_CONNECTIONS, waiting, SHARD_CONNECTIONS,
                    answered.ok()));
        }
    }

    /** Returns the number of open connections when it does not change any more. */
    private static int settled(Worker client) throws IOException, InterruptedException {
        int open = -1;
        while (client.ask("alive").get("open").intValue() != open) {
            open = client.ask("alive").get("open").intValue();
            Thread.sleep(300); // resets come at once; this is far longer
        }
        return open;
    }

    /**
     * Shows how many connections the kernel completes in a backlog that is not served, and what becomes of the others.
     */
    private void backlog() throws IOException, InterruptedException {
        try (ServerProcess server = new ServerProcess(Architecture.SINGLE_THREADED, logs(), List.of(), "--port=0",
                "--connections=1",
                "--backlog=" + BACKLOG); Worker first = Worker.client(0); Worker others = Worker.client(1)) {
            JsonNode _ = first.ask("connect " + server.port() + " 1");
            JsonNode _ = first.ask("use 1 " + Requests.ECHO);
            long overflows = ProcessFigures.netstat("ListenOverflows");
            int made = others.ask("connect " + server.port() + " " + BEYOND_BACKLOG + " 3").get("made").intValue();
            note(String.format(Locale.ROOT,
                    "A backlog of %d that nobody takes from: of %d connections %d were completed in "
                            + "3 s; the kernel dropped the others' requests to connect and %s (ListenOverflows).",
                    BACKLOG,
                    BEYOND_BACKLOG, made,
                    ProcessFigures.netstat("ListenOverflows") > overflows ? "counted them" : "did not count them"));
        }
    }
}
