package dev.threeways.comparison;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Statistic;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How many times the one costs what the other costs, from rounds in which both were measured. Rounds are paired, because
 * a slow minute of the machine is in both; logarithms, because a ratio and its inverse must tell the same story. The
 * interval is Student's t on the mean of the logarithms, which for two rounds is honest and wide.
 *
 * @param rounds pairs of measurements
 * @param mean geometric mean of the ratios
 * @param low lower end of the 95 % interval
 * @param high upper end
 */
record Ratio(int rounds, double mean, double low, double high) {

    /** Differences within this are of no consequence to anybody who chooses a stack. */
    static final double NEGLIGIBLE_LOW = 0.95;

    static final double NEGLIGIBLE_HIGH = 1.05;

    /** With fewer rounds a t interval stands on the assumption of a normal distribution alone. */
    static final int ENOUGH_ROUNDS = 5;

    private static final double TWO_SIDED_95 = 0.975;

    /** What the interval permits to say. */
    enum Verdict {
        /** The whole interval is outside 0.95 to 1.05. */
        DIFFERENT("different"),
        /** The whole interval is within 0.95 to 1.05. */
        NO_DIFFERENCE("no difference shown"),
        /** The interval contains both: more rounds would be needed. */
        UNDECIDED("undecided");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /**
     * @param numerators by round
     * @param denominators of the same rounds in the same order, all positive
     * @return empty with fewer than two rounds
     */
    static Optional<Ratio> of(List<Double> numerators, List<Double> denominators) {
        int n = numerators.size();
        if (n != denominators.size()) {
            throw new IllegalArgumentException(n + " numerators cannot be paired with " + denominators.size());
        }
        if (n < 2) {
            return Optional.empty();
        }
        double[] logs = IntStream.range(0, n).mapToDouble(i -> Math.log(numerators.get(i) / denominators.get(i)))
                .toArray();
        var statistics = DoubleStatistics.of(EnumSet.of(Statistic.MEAN, Statistic.STANDARD_DEVIATION), logs);
        double mean = statistics.getAsDouble(Statistic.MEAN);
        double standardError = statistics.getAsDouble(Statistic.STANDARD_DEVIATION) / Math.sqrt(n);
        double margin = TDistribution.of(n - 1).inverseCumulativeProbability(TWO_SIDED_95) * standardError;
        return Optional.of(new Ratio(n, Math.exp(mean), Math.exp(mean - margin), Math.exp(mean + margin)));
    }

    Verdict verdict() {
        if (low > NEGLIGIBLE_HIGH || high < NEGLIGIBLE_LOW) {
            return Verdict.DIFFERENT;
        }
        return low >= NEGLIGIBLE_LOW && high <= NEGLIGIBLE_HIGH ? Verdict.NO_DIFFERENCE : Verdict.UNDECIDED;
    }

    boolean isPreliminary() {
        return rounds < ENOUGH_ROUNDS;
    }
}
