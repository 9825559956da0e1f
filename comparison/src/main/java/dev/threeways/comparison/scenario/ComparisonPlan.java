package dev.threeways.comparison.scenario;

import java.util.ArrayList;
import java.util.List;

/**
 * How stacks are compared, fixed before anything is measured: to choose it by the figures would mislead more often than
 * the intervals say.
 *
 * @param variance that intervals are made of
 * @param decidedBy the metric that the scenario decides by, one of {@link Scenario#headlines}
 * @param pairs the planned ones; empty for all pairs
 */
public record ComparisonPlan(Variance variance, Headline decidedBy, List<Pair> pairs) {

    /** The variance that intervals are made of. Each metric's comparisons are a family of their own. */
    public enum Variance {
        /** One variance of all stacks and blocks: narrower intervals, if forks of all stacks vary alike. */
        POOLED,
        /** Each pair has its own: for windows in which something happens, to each stack in its way. */
        PAIRWISE,
        /** Pairwise, all metrics in one family: results of schema 4 only. */
        PAIRWISE_IN_ONE_FAMILY
    }

    /**
     * Two stacks that are compared.
     *
     * @param stack the ratio's numerator
     * @param comparedWith the ratio's denominator
     */
    public record Pair(String stack, String comparedWith) {}

    /** Returns the planned pairs of these stacks; without a plan, each with each before it. */
    public List<Pair> pairsOf(List<String> labels) {
        if (!pairs.isEmpty()) {
            return pairs.stream()
                    .filter(pair -> labels.contains(pair.stack()) && labels.contains(pair.comparedWith()))
                    .toList();
        }
        List<Pair> all = new ArrayList<>();
        for (int denominator = 0; denominator < labels.size(); denominator++) {
            for (int numerator = denominator + 1; numerator < labels.size(); numerator++) {
                all.add(new Pair(labels.get(numerator), labels.get(denominator)));
            }
        }
        return all;
    }

    /** Whether each of these stacks is compared with each other. */
    public boolean hasAllPairsOf(List<String> labels) {
        return pairsOf(labels).size() == labels.size() * (labels.size() - 1) / 2;
    }
}
