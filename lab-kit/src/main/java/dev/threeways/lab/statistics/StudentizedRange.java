package dev.threeways.lab.statistics;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.hipparchus.analysis.UnivariateFunction;
import org.hipparchus.analysis.integration.gauss.GaussIntegratorFactory;
import org.hipparchus.analysis.solvers.BrentSolver;

/**
 * Distribution of the largest difference between the means of several groups that do not differ, in units of a mean's
 * estimated standard error.
 *
 * <p>The range of k standard normal values is at most w with probability
 * {@code W(w) = k ∫ φ(z) (Φ(z) - Φ(z - w))^(k - 1) dz}. The estimated error is s times the true one, where ν s² follows
 * the χ² distribution of ν degrees of freedom, whatever the means. So the distribution is {@code ∫ f(s) W(q s) ds} with
 * the density f of s (H. L. Harter, Tables of Range and Studentized Range, Annals of Mathematical Statistics 31, 1960).
 *
 * @param groups k, at least 2
 * @param degreesOfFreedom ν of the estimated error, positive
 */
record StudentizedRange(int groups, double degreesOfFreedom) {

    /**
     * Nodes of each integral: for two groups, probabilities are Student's to 1e-10, or 1e-5 with one or two degrees of
     * freedom ({@code StudentizedRangeTests}).
     */
    private static final int NODES = 64;

    /** Standard deviations beyond which nothing of the normal distribution is left. */
    private static final double NORMAL_END = 8;

    /** Probability of the estimated error that is left out on either side. */
    private static final double TAIL = 1e-13;

    private static final double ACCURACY = 1e-10;

    private static final int MAX_EVALUATIONS = 100;

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private static final GaussIntegratorFactory INTEGRATORS = new GaussIntegratorFactory();

    StudentizedRange {
        if (groups < 2 || !(degreesOfFreedom > 0)) {
            throw new IllegalArgumentException("A range is that of two groups or more, with an estimated error, not of "
                    + groups + " with " + degreesOfFreedom + " degrees of freedom");
        }
    }

    double cumulativeProbability(double range) {
        ChiSquaredDistribution squares = ChiSquaredDistribution.of(degreesOfFreedom);
        double least = Math.sqrt(squares.inverseCumulativeProbability(TAIL) / degreesOfFreedom);
        double most = Math.sqrt(squares.inverseSurvivalProbability(TAIL) / degreesOfFreedom);
        return integral(least, most, error -> 2 * degreesOfFreedom * error
                * squares.density(degreesOfFreedom * error * error) * knownError(range * error));
    }

    /** Returns W(w): the probability that the range of standard normal values is at most {@code range}. */
    private double knownError(double range) {
        return integral(-NORMAL_END, NORMAL_END, highest -> groups * NORMAL.density(highest)
                * Math.pow(NORMAL.probability(highest - range, highest), groups - 1.0));
    }

    private static double integral(double from, double to, UnivariateFunction function) {
        return INTEGRATORS.legendre(NODES, from, to).integrate(function);
    }

    /** @param probability between 0 and 1 */
    double inverseCumulativeProbability(double probability) {
        // Bonferroni's inequality: no quantile is above that of so many pairs, each by Student's t.
        double pairs = groups * (groups - 1) / 2.0;
        double most = Math.sqrt(2)
                * TDistribution.of(degreesOfFreedom).inverseSurvivalProbability((1 - probability) / (2 * pairs));
        return new BrentSolver(ACCURACY).solve(MAX_EVALUATIONS, range -> cumulativeProbability(range) - probability, 0,
                most + 1);
    }
}
