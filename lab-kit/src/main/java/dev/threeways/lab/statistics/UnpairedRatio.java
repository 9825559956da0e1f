package dev.threeways.lab.statistics;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Statistic;

/**
 * How many times the forks of one experiment cost what those of another cost. Nothing pairs a fork of the one with a fork
 * of the other: they ran on different days, and there may be more of the one than of the other, or a wider spread.
 *
 * <p>The interval is Welch's t on the mean logarithms. With variances s² of n forks each, the standard error is
 * {@code se = sqrt(s1²/n1 + s2²/n2)}, and the degrees of freedom are, after Welch and Satterthwaite,
 * {@code se⁴ / ((s1²/n1)² / (n1 - 1) + (s2²/n2)² / (n2 - 1))} (B. L. Welch, The generalization of "Student's" problem when
 * several different population variances are involved, Biometrika 34, 1947). {@code CoverageTests} shows what it covers.
 *
 * <p>It knows the spread within each experiment. What was different between the two days, beside what is to be compared, is
 * in the ratio, and no interval tells it.
 *
 * @param forks of the numerator, at least 2
 * @param otherForks of the denominator, at least 2
 * @param logMean difference of the mean logarithms
 * @param logVariance of the numerator's logarithms
 * @param otherLogVariance of the denominator's
 */
public record UnpairedRatio(int forks, int otherForks, double logMean, double logVariance, double otherLogVariance)
        implements
            LogRatio {

    /**
     * The ratio of figures from two experiments.
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

    /** So many in each of the two experiments. */
    @Override
    public UnpairedRatio withBlocks(int blocks) {
        return new UnpairedRatio(blocks, blocks, logMean, logVariance, otherLogVariance);
    }
}
