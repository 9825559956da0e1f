package dev.threeways.lab.statistics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Ratio of two stacks' costs, with the spread of all stacks: a pair of a {@link BlockModel}.
 *
 * <p>Intervals of a model's pairs hold together: their confidence is that of all at once. For all pairs they are
 * Tukey's, whose confidence is exact where each stack has a figure in each block (J. W. Tukey, The Problem of Multiple
 * Comparisons, 1953; J. C. Hsu, Multiple Comparisons, 1996, chapter 5). For some pairs, planned before the run, each is
 * Student's t at the confidence's root (Z. Šidák, Rectangular Confidence Regions for the Means of Multivariate Normal
 * Distributions, Journal of the American Statistical Association 62, 1967). The narrower of both is taken: which one
 * that is depends on how many there are of what, and not on any figure.
 *
 * @param stacks of the model, at least 2
 * @param blocks at least 2
 * @param pairs whose intervals hold together, from one to those of all stacks
 * @param logMean difference of the mean logarithms
 * @param residualVariance of a logarithm, of all stacks
 */
public record PooledRatio(int stacks, int blocks, int pairs, double logMean, double residualVariance)
        implements
            LogRatio {

    /** Keeps values that take milliseconds: a search for the number of blocks needs the same for each pair. */
    private static final Map<Simultaneous, Double> CRITICAL = new ConcurrentHashMap<>();

    private record Simultaneous(int stacks, double degreesOfFreedom, int pairs, double confidence) {

        double critical() {
            double tukey = new StudentizedRange(stacks, degreesOfFreedom).inverseCumulativeProbability(confidence)
                    / Math.sqrt(2); // it is in units of a mean's error, not of a difference's
            double sidak = TDistribution.of(degreesOfFreedom)
                    .inverseCumulativeProbability((1 + Math.pow(confidence, 1.0 / pairs)) / 2);
            return Math.min(tukey, sidak);
        }
    }

    @Override
    public double standardError() {
        return Math.sqrt(2 * residualVariance / blocks);
    }

    @Override
    public double degreesOfFreedom() {
        return BlockModel.degreesOfFreedom(stacks, blocks);
    }

    @Override
    public double critical(double confidence) {
        return CRITICAL.computeIfAbsent(new Simultaneous(stacks, degreesOfFreedom(), pairs, confidence),
                Simultaneous::critical);
    }

    @Override
    public PooledRatio withBlocks(int others) {
        return new PooledRatio(stacks, others, pairs, logMean, residualVariance);
    }
}
