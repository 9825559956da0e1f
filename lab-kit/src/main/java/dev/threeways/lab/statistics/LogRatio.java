package dev.threeways.lab.statistics;

import java.util.OptionalInt;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * An experiment's estimate of the ratio of two costs. It is on logarithms, because a ratio and its inverse must tell
 * the same story and costs vary in proportion. Its error follows Student's t.
 */
public sealed interface LogRatio permits PairedRatio, PooledRatio, UnpairedRatio, CoarseRatio {

    /** How often a difference of the size of {@link #detectable} is found. */
    double POWER = 0.8;

    /** Largest number of blocks that is tried: a comparison that needs more should measure something else. */
    int MOST_BLOCKS = 1_000;

    /** Mean of the logarithm of the ratio. */
    double logMean();

    /** Standard error of {@link #logMean()}. */
    double standardError();

    /**
     * Degrees of freedom of the t distribution that {@link #logMean()}'s error follows, in units of
     * {@link #standardError()}.
     */
    double degreesOfFreedom();

    /**
     * How far {@link #logMean()} may be off besides, in however many blocks; 0 unless figures are
     * {@link CoarseRatio coarse}.
     */
    default double logUnknown() {
        return 0;
    }

    /** Returns this mean and spread for another number of blocks, at least 2. */
    LogRatio withBlocks(int blocks);

    /** Geometric mean. */
    default double ratio() {
        return Math.exp(logMean());
    }

    /** @param confidence that the true ratio is within, 0 to 1 */
    default Interval interval(double confidence) {
        double half = halfWidth(confidence);
        return new Interval(Math.exp(logMean() - half), Math.exp(logMean() + half), confidence);
    }

    /** Half the width of the interval, on the logarithm. */
    default double halfWidth(double confidence) {
        return critical(confidence) * standardError() + logUnknown();
    }

    /** Half the width of the interval in standard errors: for an interval of its own, a quantile of Student's t. */
    default double critical(double confidence) {
        return TDistribution.of(degreesOfFreedom()).inverseCumulativeProbability((1 + confidence) / 2);
    }

    /**
     * Smallest true ratio above 1 that so many blocks with so much spread find {@link Verdict#DIFFERENT} four times out
     * of five; below 1 nearly its inverse. Without it a wide interval could pass for agreement. The quantiles of two t
     * distributions are added, the usual approximation of the non-central one. Figures known only in steps may be read
     * a step low, besides.
     */
    default double detectable(double confidence, Margin margin) {
        double power = TDistribution.of(degreesOfFreedom()).inverseCumulativeProbability(POWER);
        return Math.exp(margin.logHigh() + halfWidth(confidence) + power * standardError() + logUnknown());
    }

    /**
     * Number of blocks that would come to a verdict other than "no difference shown" if ratio and spread stay. They
     * will not, so it suffices as often as not.
     *
     * @return empty if a thousand would not
     */
    default OptionalInt blocksToDecide(double confidence, Margin margin) {
        double distance = Math.abs(margin.logBeyond(logMean()));
        int tooFew = 1;
        int enough = MOST_BLOCKS;
        if (withBlocks(enough).halfWidth(confidence) >= distance) {
            return OptionalInt.empty();
        }
        while (enough - tooFew > 1) { // more blocks give a narrower interval
            int blocks = (tooFew + enough) / 2;
            if (withBlocks(blocks).halfWidth(confidence) < distance) {
                enough = blocks;
            } else {
                tooFew = blocks;
            }
        }
        return OptionalInt.of(enough);
    }
}
