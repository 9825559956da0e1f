package dev.threeways.comparison.analysis;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Variance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what the intervals of a result stand on: whose variance, which family, and what would narrow them. */
public final class Basis {

    /** Part of the variance from which on it is mostly within forks. */
    private static final double MOST = 0.5;

    private Basis() {}

    static List<String> of(Result result) {
        List<String> sentences = new ArrayList<>(List.of(family(result)));
        variance(result).ifPresent(sentences::add);
        return sentences;
    }

    private static String family(Result result) {
        String margin = Findings.margin(result.settings().plan().margin());
        return switch (result.settings().scenario().comparison().variance()) {
            case POOLED -> "In brackets: simultaneous intervals, from the variance of all stacks and blocks. "
                    + ofMetric(result, margin);
            case PAIRWISE -> "In brackets: intervals of ratios paired by block, from the variance of each pair. "
                    + ofMetric(result, margin);
            case PAIRWISE_IN_ONE_FAMILY -> String.format(Locale.ROOT,
                    "In brackets: intervals of ratios paired by block, so wide that a wrong "
                            + "verdict is among all %d in at most 5 %% of experiments. Ratios within %s are taken to make no difference.",
                    result.comparisons().size(), margin);
        };
    }

    private static String ofMetric(Result result, String margin) {
        return "A wrong verdict is among the pairs of one metric in at most 5 % of experiments. The scenario decides by "
                + Findings.phrase(result.headlines().getFirst()).noun() + ". Ratios within " + margin
                + " are taken to make no difference.";
    }

    /**
     * Says whether seconds or forks would narrow the intervals of the metric that the scenario decides by. Empty if
     * that is not known, or if no figure is to be quoted.
     */
    public static Optional<String> variance(Result result) {
        return result.variances()
                .stream()
                .filter(variance -> result.stamp() == null && variance.metric().equals(result.headlines().getFirst()))
                .findFirst()
                .map(Basis::sentence);
    }

    static String sentence(Variance variance) {
        double share = variance.shareWithinForks();
        double narrower = 100 * (1 - Math.sqrt(1 - share));
        return String.format(Locale.ROOT,
                share < MOST
                        ? "Up to %.0f %% of the variance of %s is within forks: more forks would help, longer windows "
                                + "narrow intervals by at most %.0f %%."
                        : "Up to %.0f %% of the variance of %s is within forks: longer windows would help, and narrow "
                                + "intervals by at most %.0f %%.",
                100 * share, Findings.phrase(variance.metric()).noun(), narrower);
    }
}
