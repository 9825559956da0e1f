package dev.threeways.connections.measure;

import dev.threeways.connections.Architecture;
import dev.threeways.connections.measure.Findings.Metric;
import dev.threeways.lab.cli.DurationConverter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ObjDoubleConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code blocked}: one handler that blocks its thread, and the latency of all other connections. */
@Command(name = "blocked", description = "One connection's handler blocks its thread: who waits with it?")
final class Blocked extends Measurement {

    @Option(names = "--sleep", converter = DurationConverter.class, defaultValue = "200ms", paramLabel = "TIME", description = "In which the handler blocks its thread. Default: ${DEFAULT-VALUE}")
    private Duration sleep;

    @Option(names = "--others", defaultValue = "50", description = "Other connections. Default: ${DEFAULT-VALUE}")
    private int others;

    @Option(names = "--rate", defaultValue = "200", description = "Requests a second on all of these together. Default: ${DEFAULT-VALUE}")
    private double rate;

    @Option(names = "--duration", converter = DurationConverter.class, defaultValue = "8s", paramLabel = "TIME", description = "Of that load. Default: ${DEFAULT-VALUE}")
    private Duration duration;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls anything
    Blocked() {}

    @Override
    Duration duration() {
        return duration;
    }

    @Override
    String question() {
        return "A handler blocks the thread that runs it, time and again, on one connection: what becomes of the latency of all "
                + "others?";
    }

    @Override
    String xTitle() {
        return "";
    }

    @Override
    List<Metric> metrics() {
        return List.of(new Metric("p50", "other connections, p50, ms", false),
                new Metric("p99", "other connections, p99, ms", true),
                new Metric("max", "other connections, longest, ms", false),
                new Metric("waited", "other connections, requests slower than a tenth of the sleep, %", false));
    }

    @Override
    List<String> settings() {
        return List.of(String.format(Locale.ROOT,
                "One connection: sleep of %d ms in the handler, closed loop. %d others: %.0f "
                        + "requests/s together, open loop, %.0f s. Two loops, or four workers.",
                sleep.toMillis(), others, rate,
                seconds()));
    }

    @Override
    List<Case> cases() {
        return Requests.architectures().stream().map(architecture -> new Case(architecture, 0)).toList();
    }

    @Override
    String reference() {
        return Architecture.THREAD_PER_CONNECTION.toString();
    }

    @Override
    void measure(Case one, long caseSeed, ObjDoubleConsumer<String> figures) throws IOException, InterruptedException {
        try (ServerProcess server = new ServerProcess(Architecture.of(one.series()), logs(), List.of(), "--port=0",
                "--acceptors=2",
                "--workers=4"); Worker many = Worker.client(0); Worker slow = Worker.client(1)) {
            JsonNode _ = many.ask("connect " + server.port() + " " + others);
            JsonNode _ = slow.ask("connect " + server.port() + " 1");
            Outcome _ = many.open(Requests.WARM_UP_RATE, warmUpSeconds(), others, caseSeed, Requests.ECHO);
            slow.tell("closed " + seconds() + " 1 " + Requests.block(sleep.toMillis()));
            Outcome load = checked(one, many.open(rate, seconds(), others, caseSeed + 1, Requests.ECHO));
            JsonNode _ = slow.answer(seconds());
            figures.accept("p50", load.percentileMillis(50));
            figures.accept("p99", load.percentileMillis(99));
            figures.accept("max", load.maxMillis());
            figures.accept("waited", 100 * load.shareSlowerThan(sleep.toMillis() / 10.0));
        }
    }
}
