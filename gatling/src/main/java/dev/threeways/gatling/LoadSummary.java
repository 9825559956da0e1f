package dev.threeways.gatling;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Summary for a person at the end of a run by hand.
 *
 * @param planned measured requests
 * @param byClass every planned request, in exactly one class
 * @param latencies of answered requests, whatever the answer, from the intended time
 * @param lags of all sent requests
 */
record LoadSummary(int planned, Map<RequestClass, Integer> byClass, Quantiles latencies, Quantiles lags) {

    /** Exact quantiles, by sorting. Times in nanoseconds. */
    static final class Quantiles {

        private final long[] sorted;

        private Quantiles(long[] sorted) {
            this.sorted = sorted;
        }

        static Quantiles of(long... values) {
            long[] sorted = values.clone();
            Arrays.sort(sorted);
            return new Quantiles(sorted);
        }

        /**
         * The smallest value that at least {@code share} of all do not exceed.
         *
         * @return 0 if there is none at all
         */
        long at(double share) {
            return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
        }

        private double millis(double share) {
            return at(share) / 1e6;
        }
    }

    static final class Builder {

        private final int planned;

        private final Map<RequestClass, Integer> byClass = new EnumMap<>(RequestClass.class);

        private final long[] latencies;

        private final long[] lags;

        private int answered;

        private int sent;

        Builder(int planned) {
            this.planned = planned;
            this.latencies = new long[planned];
            this.lags = new long[planned];
        }

        void neverSent() {
            byClass.merge(RequestClass.NEVER_SENT, 1, Integer::sum);
        }

        void unfinished(long lagNanos) {
            byClass.merge(RequestClass.UNFINISHED, 1, Integer::sum);
            lags[sent++] = lagNanos;
        }

        void ended(RequestClass requestClass, long latencyNanos, long lagNanos) {
            byClass.merge(requestClass, 1, Integer::sum);
            lags[sent++] = lagNanos;
            switch (requestClass) {
                case OK, STATUS, BODY -> latencies[answered++] = latencyNanos;
                case REFUSED, RESET, TIMEOUT, OTHER, UNFINISHED, NEVER_SENT -> {
                } // no answer, so no latency
            }
        }

        LoadSummary build() {
            return new LoadSummary(planned, byClass, Quantiles.of(Arrays.copyOf(latencies, answered)),
                    Quantiles.of(Arrays.copyOf(lags, sent)));
        }
    }

    @Override
    public String toString() {
        String classes = byClass.entrySet()
                .stream()
                .map(e -> e.getValue() + " " + e.getKey().id())
                .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, """

                Planned %d requests: %s
                Latency of answers from the intended time, ms: p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f
                Generator lag, ms:                             p50 %.2f  p99 %.2f  max %.2f
                """, planned, classes, latencies.millis(0.5), latencies.millis(0.9),
                latencies.millis(0.99), latencies.millis(0.999), latencies.millis(1), lags.millis(0.5),
                lags.millis(0.99), lags.millis(1));
    }
}
