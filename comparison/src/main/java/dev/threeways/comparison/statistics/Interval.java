package dev.threeways.comparison.statistics;

/**
 * A confidence interval of a ratio.
 *
 * @param confidence that the true ratio is within, 0 to 1
 */
public record Interval(double low, double high, double confidence) {

    /** How far its ends are from its (geometric) middle: 0.05 is "within 5 %". */
    public double relativeHalfWidth() {
        return Math.sqrt(high / low) - 1;
    }
}
