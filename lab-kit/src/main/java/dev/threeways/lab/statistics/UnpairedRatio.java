package dev.threeways.lab.statistics;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Statistic;

/**
 * Ratio of the costs of two experiments. Nothing pairs their forks: they ran on different days, and one experiment may
 * have more forks, or a wider spread.
 *
 * <p>The interval is Welch's t on the mean logarithms. With variances s² of n forks each, the standard error is
 * {@code se = sqrt(s1²/n1 + s2²/n2)}. The degrees of freedom, after Welch and Satterthwaite, are
 * {@code se⁴ / ((s1²/n1)² / (n1 - 1) + (s2²/n2)² / (n2 - 1))} (B. L. Welch, The generalization of "Student's" problem
 * when several different population variances are involved, Biometrika 34, 1947). {@code CoverageTests} shows what it
 * covers.
 *
 * <p>The interval knows the spread within each experiment. Other differences between the two days are in the ratio, and
 * no interval shows them.
 *
 * @param forks of the numerator, at least 2
 * @param otherForks of the denominator, at least 2
 * @param logMean difference of the mean logarithms
 * @param logVariance of the numerator's logarithms
 * @param otherLogVariance of the denominator's logarithms
 */
public record UnpairedRatio(int forks, int otherForks, double logMean, double logVariance, double otherLogVariance)
        implements
            LogRatio {

    /**
     * Returns the ratio of figures from two experiments.
     *
     * @param numerators all positive
     * @param denominators all positive
     * @return empty with fewer than two forks of either
     */
    public static Optional<UnpairedRatio> of(List<Double> numerators, List<Double> denominators) {
        if (numerators.size() < 2 || denominators.size() < 2) {
            return Optional.empty();
        }
        DoubleStatistics one = logs(numerators);
        DoubleStatistics other = logs(denominators);
        return Optional.of(new UnpairedRatio(numerators.size(), denominators.size(),
                one.getAsDouble(Statistic.MEAN) - other.getAsDouble(Statistic.MEAN),
                one.getAsDouble(Statistic.VARIANCE), other.getAsDouble(Statistic.VARIANCE)));
    }

    private static DoubleStatistics logs(List<Double> figures) {
        return DoubleStatistics.of(EnumSet.of(Statistic.MEAN, Statistic.VARIANCE),
                figures.stream().mapToDouble(Math::log).toArray());
    }

    @Override
    public double standardError() {
        return Math.sqrt(squaredError() + otherSquaredError());
    }

    @Override
    public double degreesOfFreedom() {
        double sum = squaredError() + otherSquaredError();
        if (sum == 0) { // no spread at all, as in a test
            return forks + otherForks - 2;
        }
        return sum * sum / (squaredError() * squaredError() / (forks - 1)
                + otherSquaredError() * otherSquaredError() / (otherForks - 1));
    }

    private double squaredError() {
        return logVariance / forks;
    }

    private double otherSquaredError() {
        return otherLogVariance / otherForks;
    }

    /** Assumes so many blocks in each of the two experiments. */
    @Override
    public UnpairedRatio withBlocks(int blocks) {
        return new UnpairedRatio(blocks, blocks, logMean, logVariance, otherLogVariance);
    }
}
