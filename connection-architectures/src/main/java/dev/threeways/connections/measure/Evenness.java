package dev.threeways.connections.measure;

import java.util.Collection;

/** How evenly something is shared. */
final class Evenness {

    private Evenness() {}

    /**
     * Jain's index (Jain, Chiu and Hawe, A quantitative measure of fairness, 1984): (Σx)² ÷ (n · Σx²), from 1 ÷ n, where one
     * has all, to 1.
     *
     * @param n how many there are, those without a share included
     */
    static double jain(Collection<? extends Number> shares, int n) {
        double sum = shares.stream().mapToDouble(Number::doubleValue).sum();
        double squares = shares.stream().mapToDouble(share -> share.doubleValue() * share.doubleValue()).sum();
        return squares == 0 ? 1 : sum * sum / (n * squares);
    }
}
