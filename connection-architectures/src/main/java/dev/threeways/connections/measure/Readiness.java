package dev.threeways.connections.measure;

import dev.threeways.connections.Facility;
import dev.threeways.connections.measure.Findings.Metric;
import dev.threeways.connections.measure.Findings.Sample;
import dev.threeways.lab.statistics.PairedRatio;
import dev.threeways.lab.cli.DurationConverter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.ObjDoubleConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code readiness}: what it costs to learn which of many connections are ready. */
@Command(name = "readiness", description = "What a pass of poll and of epoll costs, with more and more connections watched.")
final class Readiness extends Measurement {

    private static final String PASS = "pass";

    private static final String EVENT = "event";

    /** Confidence of an exponent's interval. */
    private static final double CONFIDENCE = 0.95;

    private static final String EXPONENT = "exponent";

    /** Series with one ready of each hundred. */
    private static final String PERCENT = "1%-ready";

    private static final String ONE = "1-ready";

    @Option(names = "--watched", split = ",", defaultValue = "100,1000,5000,15000", description = "Connections that are watched. Default: ${DEFAULT-VALUE}")
    private List<Integer> watched;

    @Option(names = "--duration", converter = DurationConverter.class, defaultValue = "2s", paramLabel = "TIME", description = "Of passes that are counted. Default: ${DEFAULT-VALUE}")
    private Duration duration;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls anything
    Readiness() {}

    @Override
    Duration duration() {
        return duration;
    }

    @Override
    String question() {
        return "The same program asks poll and epoll which of its connections are ready: does a pass cost as much as are "
                + "watched, or as are ready?";
    }

    @Override
    String xTitle() {
        return "connections watched";
    }

    @Override
    List<Metric> metrics() {
        return List.of(new Metric(PASS, "CPU time of a pass, µs", true),
                new Metric(EVENT, "CPU time per ready event, µs", false),
                new Metric(EXPONENT, "growth: exponent k in cost = c · watched^k", false));
    }

    @Override
    List<String> settings() {
        return List.of(String.format(Locale.ROOT,
                "The JDK's selectors, select(Consumer); a pass asks and visits what is "
                        + "ready, and reads nothing, so that the same are ready next time. %.0f s of passes after %.0f s of "
                        + "warming up; CPU time of the thread, kernel included.",
                seconds(), warmUpSeconds()));
    }

    @Override
    List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Facility facility : Facility.values()) {
            for (String ready : List.of(ONE, PERCENT)) {
                watched.stream()
                        .map(this::within)
                        .distinct()
                        .forEach(count -> cases.add(new Case(series(facility, ready), count)));
            }
        }
        return cases;
    }

    private static String series(Facility facility, String ready) {
        return facility.name().toLowerCase(Locale.ROOT) + ':' + ready;
    }

    @Override
    String reference() {
        return series(Facility.EPOLL, ONE);
    }

    @Override
    void measure(Case one, long caseSeed, ObjDoubleConsumer<String> figures) throws IOException {
        int count = (int) one.x();
        int ready = one.series().endsWith(PERCENT) ? Math.max(1, count / 100) : 1;
        try (Worker watcher = new Worker("watcher", ServerProcess.JVM_OPTIONS, ReadinessWorker.class,
                one.series().substring(0, one.series().indexOf(':')));
                Worker client = Worker.client(0)) {
            int port = watcher.ask("listen").get("port").intValue();
            watcher.tell("accept " + count);
            int made = client.ask("connect " + port + " " + count).get("made").intValue();
            if (made < count) {
                throw new IOException("Only " + made + " of " + count + " connections could be made");
            }
            JsonNode _ = watcher.answer();
            JsonNode _ = client.ask("poke " + ready);
            JsonNode passes = watcher.ask("pass " + ready + " " + seconds() + " " + warmUpSeconds());
            figures.accept(PASS, passes.get("passMicros").doubleValue());
            figures.accept(EVENT, passes.get("passMicros").doubleValue() / ready);
        }
    }

    @Override
    List<String> conclusions(List<Sample> all) {
        List<String> conclusions = new ArrayList<>();
        List<Sample> exponents = all.stream().filter(sample -> sample.metric().equals(EXPONENT)).toList();
        for (String series : exponents.stream().map(Sample::series).distinct().sorted().toList()) {
            List<Double> ofSeries = exponents.stream()
                    .filter(sample -> sample.series().equals(series))
                    .map(Sample::value)
                    .toList();
            // e to the power of an exponent is the factor by which cost grows when e times as many are watched.
            PairedRatio.of(ofSeries.stream().map(Math::exp).toList(), Collections.nCopies(ofSeries.size(), 1.0))
                    .ifPresent(growth -> conclusions.add(String.format(Locale.ROOT,
                            "%s: cost grows with the number of connections watched to the power of %.2f (%.2f - %.2f: 95 %% "
                                    + "interval, Student's t, %d forks).",
                            series, growth.logMean(), growth.logMean() - growth.halfWidth(CONFIDENCE),
                            growth.logMean() + growth.halfWidth(CONFIDENCE), growth.blocks())));
        }
        return conclusions;
    }

    /**
     * Fits the exponent by least squares on logarithms: 1 is proportional to the connections watched, 0 independent of
     * them.
     */
    @Override
    List<Sample> derived(int fork, List<Sample> ofFork) {
        List<Sample> exponents = new ArrayList<>();
        for (String series : ofFork.stream().map(Sample::series).distinct().sorted().toList()) {
            List<Sample> passes = ofFork.stream()
                    .filter(sample -> sample.series().equals(series) && sample.metric().equals(PASS))
                    .toList();
            if (passes.size() > 1) {
                double meanX = passes.stream().mapToDouble(sample -> Math.log(sample.x())).average().orElseThrow();
                double meanY = passes.stream().mapToDouble(sample -> Math.log(sample.value())).average().orElseThrow();
                double products = passes.stream()
                        .mapToDouble(sample -> (Math.log(sample.x()) - meanX) * (Math.log(sample.value()) - meanY))
                        .sum();
                double squares = passes.stream().mapToDouble(sample -> Math.pow(Math.log(sample.x()) - meanX, 2)).sum();
                exponents.add(new Sample(EXPONENT, series, 0, fork, products / squares));
            }
        }
        return exponents;
    }
}
