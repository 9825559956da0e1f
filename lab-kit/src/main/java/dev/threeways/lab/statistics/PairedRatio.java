package dev.threeways.lab.statistics;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Statistic;

/**
 * Ratio of two costs, from blocks in which both were measured in fresh processes. Paired by block, because a slow
 * minute of the machine is in both.
 *
 * <p>The interval is Student's t on the mean of the log ratios. (A percentile bootstrap of three to six values covers
 * far less than it says; {@code CoverageTests} shows both.)
 *
 * @param blocks at least 2
 * @param logMean mean of the log ratios
 * @param logDeviation standard deviation of the log ratios
 */
public record PairedRatio(int blocks, double logMean, double logDeviation) implements LogRatio {

    /** Number of blocks below which a t interval rests on the assumption of a normal distribution alone. */
    public static final int ENOUGH_BLOCKS = 5;

    /**
     * Returns the ratio of figures from the same blocks.
     *
     * @param numerators by block, all positive
     * @param denominators by block in the same order, all positive
     * @return empty with fewer than two blocks
     */
    public static Optional<PairedRatio> of(List<Double> numerators, List<Double> denominators) {
        int n = numerators.size();
        if (n != denominators.size()) {
            throw new IllegalArgumentException(n + " numerators cannot be paired with " + denominators.size());
        }
        if (n < 2) {
            return Optional.empty();
        }
        double[] logs = IntStream.range(0, n)
                .mapToDouble(i -> Math.log(numerators.get(i) / denominators.get(i)))
                .toArray();
        var statistics = DoubleStatistics.of(EnumSet.of(Statistic.MEAN, Statistic.STANDARD_DEVIATION), logs);
        return Optional.of(new PairedRatio(n, statistics.getAsDouble(Statistic.MEAN),
                statistics.getAsDouble(Statistic.STANDARD_DEVIATION)));
    }

    @Override
    public double standardError() {
        return logDeviation / Math.sqrt(blocks);
    }

    @Override
    public double degreesOfFreedom() {
        return blocks - 1;
    }

    @Override
    public PairedRatio withBlocks(int others) {
        return new PairedRatio(others, logMean, logDeviation);
    }
}
