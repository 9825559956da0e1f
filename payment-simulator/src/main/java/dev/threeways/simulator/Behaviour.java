package dev.threeways.simulator;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How the simulator treats payments: the latency's distribution, the rates of outcomes other than approval, and what it
 * does to connections. Its components are the fields of the JSON of {@code /admin/behaviour}.
 *
 * @param medianMillis median of the log-normal latency; 0 together with {@code p99Millis} 0 for none
 * @param p99Millis 99th percentile of the latency; equal to the median for a constant one
 * @param floorMillis latencies drawn below it are raised to it
 * @param declineRate share of payments that are {@link SimulatedOutcome#DECLINED}; likewise the other rates, which
 * together are at most 1
 * @param closeAfterAnswer the connection is closed after each answer without announcement. A server or proxy does so
 * when its keep-alive timeout has just passed
 * @param resetOnReuse only the first payment on a connection is treated as planned; at a second the connection is
 * reset. To a client, a connection that a firewall forgot while it was idle looks like that
 * @param answerBytes answers that approve or decline are filled up to this size with a field {@code details}; 0 for
 * none
 */
public record Behaviour(double medianMillis, double p99Millis, double floorMillis, double declineRate, double errorRate,
        double hangRate, double resetRate, double closeRate, double garbageRate, double truncateRate, double dripRate,
        boolean closeAfterAnswer, boolean resetOnReuse, int answerBytes) {

    /** Limit of every latency, whatever the distribution says: a bound on how long a payment can stay in memory. */
    public static final Duration MAX_LATENCY = Duration.ofSeconds(60);

    /** A healthy payment API: log-normal latency, median 50 ms, p99 200 ms, at least 1 ms; everything is approved. */
    public static final Behaviour HEALTHY = new Behaviour(50, 200, 1, 0, 0, 0, 0, 0, 0, 0, 0, false, false, 0);

    /** Approves everything at once. */
    public static final Behaviour INSTANT = HEALTHY.withLatency(Duration.ZERO, Duration.ZERO, Duration.ZERO);

    /** The services read no larger answer. */
    static final int MAX_ANSWER_BYTES = 16 * 1024;

    /** Ten rates of 0.1 may add up to slightly more than 1. */
    private static final double ROUNDING = 1e-9;

    /** @throws IllegalArgumentException if a value is out of its range; the message names it */
    public Behaviour {
        requireMillis("medianMillis", medianMillis);
        requireMillis("p99Millis", p99Millis);
        requireMillis("floorMillis", floorMillis);
        if (p99Millis < medianMillis) {
            throw new IllegalArgumentException(
                    "p99Millis must not be below medianMillis: " + p99Millis + " < " + medianMillis);
        }
        if (medianMillis == 0 && p99Millis > 0) {
            throw new IllegalArgumentException(
                    "medianMillis 0 means no latency, then p99Millis must be 0, not " + p99Millis);
        }
        requireRate("declineRate", declineRate);
        requireRate("errorRate", errorRate);
        requireRate("hangRate", hangRate);
        requireRate("resetRate", resetRate);
        requireRate("closeRate", closeRate);
        requireRate("garbageRate", garbageRate);
        requireRate("truncateRate", truncateRate);
        requireRate("dripRate", dripRate);
        if (answerBytes < 0 || answerBytes > MAX_ANSWER_BYTES) {
            throw new IllegalArgumentException(
                    "answerBytes must be between 0 and " + MAX_ANSWER_BYTES + ", not " + answerBytes);
        }
        double sum = declineRate + errorRate + hangRate + resetRate + closeRate + garbageRate + truncateRate + dripRate;
        if (sum > 1 + ROUNDING) {
            throw new IllegalArgumentException("The rates must add up to at most 1, not " + sum);
        }
    }

    private static void requireMillis(String name, double value) {
        if (!(value >= 0 && value <= MAX_LATENCY.toMillis())) { // false for NaN too
            throw new IllegalArgumentException(
                    name + " must be between 0 and " + MAX_LATENCY.toMillis() + ", not " + value);
        }
    }

    private static void requireRate(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be between 0 and 1, not " + value);
        }
    }

    /** All rates, in the order in which they share out [0, 1). */
    Map<SimulatedOutcome, Double> rates() {
        var rates = new EnumMap<SimulatedOutcome, Double>(SimulatedOutcome.class);
        rates.put(SimulatedOutcome.DECLINED, declineRate);
        rates.put(SimulatedOutcome.ERROR, errorRate);
        rates.put(SimulatedOutcome.HANG, hangRate);
        rates.put(SimulatedOutcome.RESET, resetRate);
        rates.put(SimulatedOutcome.CLOSE, closeRate);
        rates.put(SimulatedOutcome.GARBAGE, garbageRate);
        rates.put(SimulatedOutcome.TRUNCATED, truncateRate);
        rates.put(SimulatedOutcome.DRIP, dripRate);
        return rates;
    }

    public Behaviour withLatency(Duration median, Duration p99, Duration floor) {
        return new Behaviour(millis(median), millis(p99), millis(floor), declineRate, errorRate, hangRate, resetRate,
                closeRate, garbageRate, truncateRate, dripRate, closeAfterAnswer, resetOnReuse, answerBytes);
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    /**
     * This behaviour with all other rates 0.
     *
     * @throws IllegalArgumentException if {@code rate} is not between 0 and 1, or not 1 for
     * {@link SimulatedOutcome#APPROVED}, which has what the others leave
     */
    public Behaviour withOnly(SimulatedOutcome outcome, double rate) {
        if (outcome == SimulatedOutcome.APPROVED && rate != 1) {
            throw new IllegalArgumentException("Approvals have no rate of their own: set the others'");
        }
        return new Behaviour(medianMillis, p99Millis, floorMillis, outcome == SimulatedOutcome.DECLINED ? rate : 0,
                outcome == SimulatedOutcome.ERROR ? rate : 0, outcome == SimulatedOutcome.HANG ? rate : 0,
                outcome == SimulatedOutcome.RESET ? rate : 0, outcome == SimulatedOutcome.CLOSE ? rate : 0,
                outcome == SimulatedOutcome.GARBAGE ? rate : 0, outcome == SimulatedOutcome.TRUNCATED ? rate : 0,
                outcome == SimulatedOutcome.DRIP ? rate : 0, closeAfterAnswer, resetOnReuse, answerBytes);
    }

    public Behaviour withCloseAfterAnswer(boolean enabled) {
        return new Behaviour(medianMillis, p99Millis, floorMillis, declineRate, errorRate, hangRate, resetRate,
                closeRate, garbageRate, truncateRate, dripRate, enabled, resetOnReuse, answerBytes);
    }

    public Behaviour withResetOnReuse(boolean enabled) {
        return new Behaviour(medianMillis, p99Millis, floorMillis, declineRate, errorRate, hangRate, resetRate,
                closeRate, garbageRate, truncateRate, dripRate, closeAfterAnswer, enabled, answerBytes);
    }

    public Behaviour withAnswerBytes(int bytes) {
        return new Behaviour(medianMillis, p99Millis, floorMillis, declineRate, errorRate, hangRate, resetRate,
                closeRate, garbageRate, truncateRate, dripRate, closeAfterAnswer, resetOnReuse, bytes);
    }
}
