package dev.threeways.connections.measure;

import java.util.Collection;

/** How evenly something is shared. */
final class Evenness {

    private Evenness() {}

    /**
     * Returns Jain's index (Jain, Chiu and Hawe, A quantitative measure of fairness, 1984): (Σx)² ÷ (n · Σx²). It is 1
     * ÷ n where one has all, and at most 1.
     *
     * @param n number of shares, empty ones included
     */
    static double jain(Collection<? extends Number> shares, int n) {
        double sum = shares.stream().mapToDouble(Number::doubleValue).sum();
        double squares = shares.stream().mapToDouble(share -> share.doubleValue() * share.doubleValue()).sum();
        return squares == 0 ? 1 : sum * sum / (n * squares);
    }
}
