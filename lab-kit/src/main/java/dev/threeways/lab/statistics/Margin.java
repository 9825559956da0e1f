package dev.threeways.lab.statistics;

/**
 * Smallest difference that matters: ratios within it are of no consequence for the choice of a stack.
 *
 * @param low below 1
 * @param high above 1
 */
public record Margin(double low, double high) {

    public Margin {
        if (!(low > 0 && low < 1 && high > 1)) {
            throw new IllegalArgumentException("A margin lies around 1, not from " + low + " to " + high);
        }
    }

    /** @param difference smallest that matters: 0.05 gives 0.95 to 1.05 */
    public static Margin of(double difference) {
        return new Margin(1 - difference, 1 + difference);
    }

    double logLow() {
        return Math.log(low);
    }

    double logHigh() {
        return Math.log(high);
    }

    /** Returns how far a ratio's logarithm is beyond the margin; not positive within it. */
    double logBeyond(double log) {
        return Math.max(log - logHigh(), logLow() - log);
    }
}
