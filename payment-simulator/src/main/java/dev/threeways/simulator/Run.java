package dev.threeways.simulator;

import dev.threeways.simulator.CallSummary.Duplicate;
import dev.threeways.simulator.CallSummary.Lateness;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Everything received since the start or the last reset. All methods may be called from any thread. None holds the lock
 * for more than some microseconds, because the callers are event loops.
 */
final class Run {

    static final String CSV_HEADER = "key,count,outcome,signed\n";

    private static final int EXAMPLES = 10;

    private final String id = UUID.randomUUID().toString();

    private final Instant startedAt = Instant.now();

    private final CallLedger ledger;

    private final Map<SimulatedOutcome, Long> outcomes = new EnumMap<>(SimulatedOutcome.class);

    private final List<String> duplicateExamples = new ArrayList<>(EXAMPLES);

    /** Microseconds with two digits of precision, up to a minute: later outcomes count as a minute. */
    private final Histogram lateness = new Histogram(TimeUnit.MINUTES.toMicros(1), 2);

    private int duplicateKeys;

    private long overflowCalls;

    private long rejected;

    private long abandoned;

    Run(int maxKeys) {
        this.ledger = new CallLedger(maxKeys);
    }

    synchronized void received(String key, SimulatedOutcome outcome, boolean signed) {
        outcomes.merge(outcome, 1L, Long::sum);
        switch (ledger.add(key, outcome, signed)) {
            case 0 -> overflowCalls++;
            case 2 -> {
                duplicateKeys++;
                if (duplicateExamples.size() < EXAMPLES) {
                    duplicateExamples.add(key);
                }
            }
            default -> {
            }
        }
    }

    synchronized void happened(long latenessNanos) {
        lateness.recordValue(Math.clamp(latenessNanos / 1_000, 0, lateness.getHighestTrackableValue()));
    }

    synchronized void rejected() {
        rejected++;
    }

    synchronized void abandoned() {
        abandoned++;
    }

    synchronized int calls(String key) {
        return ledger.calls(key);
    }

    synchronized int distinctKeys() {
        return ledger.size();
    }

    /** Lines of CSV (RFC 4180, line feeds only), each ended. */
    synchronized String csv(int fromEntry, int toEntry) {
        var lines = new StringBuilder();
        for (int i = fromEntry; i < toEntry; i++) {
            var entry = ledger.get(i);
            lines.append(quoted(entry.key()))
                    .append(',')
                    .append(entry.calls())
                    .append(',')
                    .append(entry.lastOutcome().id())
                    .append(',')
                    .append(entry.signed())
                    .append('\n');
        }
        return lines.toString();
    }

    private static String quoted(String key) {
        return key.indexOf(',') < 0 && key.indexOf('"') < 0 ? key : '"' + key.replace("\"", "\"\"") + '"';
    }

    synchronized CallSummary summary(long seed, int inFlight, long refusedConnections) {
        long received = 0;
        var byOutcome = new LinkedHashMap<String, Long>();
        for (SimulatedOutcome outcome : SimulatedOutcome.values()) {
            long calls = outcomes.getOrDefault(outcome, 0L);
            byOutcome.put(outcome.id(), calls);
            received += calls;
        }
        List<Duplicate> examples = duplicateExamples.stream()
                .map(key -> new Duplicate(key, ledger.calls(key)))
                .toList();
        return new CallSummary(id, startedAt, seed, received, byOutcome, ledger.size(), duplicateKeys, examples,
                overflowCalls, rejected, abandoned, inFlight, refusedConnections,
                new Lateness(lateness.getTotalCount(), lateness.getValueAtPercentile(50),
                        lateness.getValueAtPercentile(99), lateness.getMaxValue()));
    }
}
