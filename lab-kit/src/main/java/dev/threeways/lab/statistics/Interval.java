package dev.threeways.lab.statistics;

/**
 * A confidence interval of a ratio.
 *
 * @param confidence that the true ratio is within, 0 to 1
 */
public record Interval(double low, double high, double confidence) {

    private static final double FURTHEST_END = 100;

    /**
     * Formats an end of an interval of ratios. Two blocks that disagree give an end of many digits.
     *
     * @param number the ratio as it is written otherwise
     */
    public static String end(double ratio, String number) {
        return ratio > FURTHEST_END ? "more than 100" : ratio < 1 / FURTHEST_END ? "less than 0.01" : number;
    }

    /** Returns how far the ends are from the (geometric) middle: 0.05 is "within 5 %". */
    public double relativeHalfWidth() {
        return Math.sqrt(high / low) - 1;
    }
}
