package dev.threeways.comparison.statistics;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Statistic;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How many times the one costs what the other costs, from blocks in which both were measured in fresh processes. Paired by
 * block, because a slow minute of the machine is in both; logarithms, because a ratio and its inverse must tell the same
 * story, and because costs vary in proportion.
 *
 * <p>The interval is Student's t on the mean of the log ratios. (A percentile bootstrap of three to six values covers far
 * less than it says; {@code CoverageTests} shows both.)
 *
 * @param blocks at least 2
 * @param logMean mean of the log ratios
 * @param logDeviation standard deviation of the log ratios
 */
public record PairedRatio(int blocks, double logMean, double logDeviation) {

    /** Where the search for enough blocks ends: whoever needs more measures something else. */
    private static final int MOST_BLOCKS = 1_000;

    /** How often a difference of the size that {@link #detectable} tells is found. */
    private static final double POWER = 0.8;

    /**
     * The ratio of figures from the same blocks.
     *
     * @param numerators by block, all positive
     * @param denominators of the same blocks in the same order, all positive
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
        double[] logs = IntStream.range(0, n).mapToDouble(i -> Math.log(numerators.get(i) / denominators.get(i)))
                .toArray();
        var statistics = DoubleStatistics.of(EnumSet.of(Statistic.MEAN, Statistic.STANDARD_DEVIATION), logs);
        return Optional.of(new PairedRatio(n, statistics.getAsDouble(Statistic.MEAN),
                statistics.getAsDouble(Statistic.STANDARD_DEVIATION)));
    }

    /** Geometric mean of the blocks' ratios. */
    public double ratio() {
        return Math.exp(logMean);
    }

    public Interval interval(double confidence) {
        double half = halfWidth(blocks, confidence);
        return new Interval(Math.exp(logMean - half), Math.exp(logMean + half), confidence);
    }

    /**
     * The smallest true ratio above 1 that so many blocks with so much spread find {@link Verdict#DIFFERENT} four times out
     * of five; below 1 its inverse, nearly. Without it a wide interval could pass for agreement. The quantiles of two t
     * distributions are added, the usual approximation of the non-central one.
     */
    public double detectable(double confidence, Margin margin) {
        double power = TDistribution.of(blocks - 1).inverseCumulativeProbability(POWER);
        return Math.exp(margin.logHigh() + halfWidth(blocks, confidence) + power * logDeviation / Math.sqrt(blocks));
    }

    /**
     * How many blocks would come to a verdict other than "no difference shown", if ratio and spread stay what they are.
     *
     * @return empty if a thousand would not
     */
    public OptionalInt blocksToDecide(double confidence, Margin margin) {
        double distance = Math.abs(margin.logBeyond(logMean));
        return IntStream.rangeClosed(2, MOST_BLOCKS).filter(n -> halfWidth(n, confidence) < distance).findFirst();
    }

    /** The smallest error with which an interval still lies outside the margin; 1 if the ratio itself does not. */
    double errorOfDifference(Margin margin) {
        double beyond = margin.logBeyond(logMean);
        if (beyond <= 0) {
            return 1;
        }
        double standardErrors = beyond / (logDeviation / Math.sqrt(blocks));
        return 2 * TDistribution.of(blocks - 1).survivalProbability(standardErrors);
    }

    private double halfWidth(int n, double confidence) {
        return TDistribution.of(n - 1).inverseCumulativeProbability((1 + confidence) / 2) * logDeviation
                / Math.sqrt(n);
    }
}
