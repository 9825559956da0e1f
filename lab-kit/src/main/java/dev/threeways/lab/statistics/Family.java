package dev.threeways.lab.statistics;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Comparisons that are read together. Nine at 95 % each, if independent, mislead in 37 % of experiments. Here at most
 * {@code error} of all experiments have a wrong "different" anywhere in the family.
 *
 * <p>Pairs of a {@link BlockModel} have intervals that hold together. Others are corrected by Holm's step-down
 * procedure (Holm, A simple sequentially rejective multiple test procedure, 1979), done with intervals. The comparison
 * whose interval is furthest outside the margin gets the widest, at 1 - error / m. If that interval is still outside,
 * the next gets 1 - error / (m - 1). The first that is not outside, and all after it, keep its confidence.
 */
public final class Family {

    /** Share of all experiments that may say "different" wrongly. */
    public static final double ERROR = 0.05;

    /**
     * Halved error: stopping as soon as intervals are narrow stops too often when the spread happens to look small. At
     * 95 % some intervals would cover 92 %; at half the error they cover 95 % (both simulated in
     * {@code SequentialTests}).
     */
    private static final double SEQUENTIAL_ERROR = ERROR / 2;

    private final Margin margin;

    private final double error;

    private Family(Margin margin, double error) {
        this.margin = margin;
        this.error = error;
    }

    /** Judges a number of blocks that was decided before. */
    public static Family ofFixedSize(Margin margin) {
        return new Family(margin, ERROR);
    }

    /** Judges as many blocks as it took until intervals were narrow. */
    public static Family ofSequentialSize(Margin margin) {
        return new Family(margin, SEQUENTIAL_ERROR);
    }

    /**
     * Judgement of one comparison.
     *
     * @param detectable see {@link LogRatio#detectable}
     * @param blocksToDecide empty if the verdict decides, or if a thousand blocks would not decide
     */
    public record Judgement(LogRatio ratio, Interval interval, Verdict verdict, double detectable,
            OptionalInt blocksToDecide) {}

    /**
     * Judges comparisons each of which has an interval of its own, by Holm's procedure.
     *
     * @return in the order of {@code comparisons}
     */
    public <K> Map<K, Judgement> judge(Map<K, ? extends LogRatio> comparisons) {
        List<Map.Entry<K, LogRatio>> furthestFirst = comparisons.entrySet()
                .stream()
                .map(entry -> Map.<K, LogRatio>entry(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingDouble(entry -> errorOfDifference(entry.getValue())))
                .toList();
        Map<K, Double> confidences = new HashMap<>();
        int left = furthestFirst.size();
        boolean allDifferent = true;
        double confidence = 1;
        for (var entry : furthestFirst) {
            if (allDifferent) {
                confidence = 1 - error / left--;
                Interval interval = entry.getValue().interval(confidence);
                allDifferent = Verdict.of(interval, margin) == Verdict.DIFFERENT;
            }
            confidences.put(entry.getKey(), confidence);
        }
        Map<K, Judgement> judgements = new LinkedHashMap<>();
        comparisons.forEach((key, ratio) -> judgements.put(key,
                judge(ratio, Objects.requireNonNull(confidences.get(key)))));
        return judgements;
    }

    /**
     * Judges pairs of one {@link BlockModel}, whose intervals hold together as they are.
     *
     * @return in the order of {@code pairs}
     */
    public <K> Map<K, Judgement> judgeTogether(Map<K, ? extends LogRatio> pairs) {
        Map<K, Judgement> judgements = new LinkedHashMap<>();
        pairs.forEach((pair, ratio) -> judgements.put(pair, judge(ratio, 1 - error)));
        return judgements;
    }

    /**
     * Returns the smallest error with which an interval still lies outside the margin; 1 if the ratio itself does not.
     */
    private double errorOfDifference(LogRatio ratio) {
        double beyond = margin.logBeyond(ratio.logMean()) - ratio.logUnknown();
        return beyond <= 0
                ? 1
                : 2 * TDistribution.of(ratio.degreesOfFreedom()).survivalProbability(beyond / ratio.standardError());
    }

    private Judgement judge(LogRatio ratio, double confidence) {
        Interval interval = ratio.interval(confidence);
        Verdict verdict = Verdict.of(interval, margin);
        return new Judgement(ratio, interval, verdict, ratio.detectable(confidence, margin),
                verdict == Verdict.NO_DIFFERENCE_SHOWN
                        ? ratio.blocksToDecide(confidence, margin)
                        : OptionalInt.empty());
    }

    /**
     * Whether all intervals that {@link #judge} makes are as narrow as asked for. Each has the confidence of a family
     * without verdicts yet, so that only widths decide.
     *
     * @param precision largest {@link Interval#relativeHalfWidth()}
     */
    public boolean isPrecise(List<? extends LogRatio> comparisons, double precision) {
        return arePrecise(comparisons, 1 - error / Math.max(1, comparisons.size()), precision);
    }

    /** Whether all intervals that {@link #judgeTogether} makes are as narrow as asked for. */
    public boolean isPreciseTogether(List<? extends LogRatio> pairs, double precision) {
        return arePrecise(pairs, 1 - error, precision);
    }

    private static boolean arePrecise(List<? extends LogRatio> ratios, double confidence, double precision) {
        return ratios.stream().allMatch(ratio -> ratio.interval(confidence).relativeHalfWidth() <= precision);
    }
}
