package dev.threeways.connections.measure;

import dev.threeways.connections.measure.Findings.Comparison;
import dev.threeways.connections.measure.Findings.Metric;
import dev.threeways.connections.measure.Findings.Sample;
import dev.threeways.lab.statistics.Family;
import dev.threeways.lab.statistics.Margin;
import dev.threeways.lab.statistics.PairedRatio;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares the series of a measurement with one of them. */
final class Comparisons {

    private Comparisons() {}

    /** Compares every series with the reference, at the largest x both have. */
    static List<Comparison> of(List<Sample> samples, List<Metric> metrics, String reference, double margin) {
        record Key(String metric, String series, double x) {}
        Map<Key, PairedRatio> ratios = new LinkedHashMap<>();
        for (Metric metric : metrics) {
            List<Sample> ofMetric = samples.stream().filter(sample -> sample.metric().equals(metric.id())).toList();
            List<String> others = ofMetric.stream()
                    .map(Sample::series)
                    .distinct()
                    .filter(series -> !series.equals(reference))
                    .toList();
            for (String series : metric.compared() ? others : List.<String>of()) {
                ofMetric.stream()
                        .filter(sample -> sample.series().equals(series))
                        .map(Sample::x)
                        .filter(x -> ofMetric.stream()
                                .anyMatch(sample -> sample.series().equals(reference) && sample.x() == x))
                        .max(Double::compare)
                        .ifPresent(x -> {
                            Map<Integer, Double> all = values(ofMetric, series, x);
                            Map<Integer, Double> ofReference = values(ofMetric, reference, x);
                            List<Integer> both = all.keySet().stream().filter(ofReference::containsKey).toList();
                            List<Double> ones = both.stream().map(all::get).map(Objects::requireNonNull).toList();
                            List<Double> references = both.stream()
                                    .map(ofReference::get)
                                    .map(Objects::requireNonNull)
                                    .toList();
                            if (positive(ones) && positive(references)) {
                                PairedRatio.of(ones, references)
                                        .ifPresent(ratio -> ratios.put(new Key(metric.id(), series, x), ratio));
                            }
                        });
            }
        }
        List<Comparison> comparisons = new ArrayList<>();
        Family.ofFixedSize(Margin.of(margin))
                .judge(ratios)
                .forEach((key, judgement) -> comparisons.add(
                        new Comparison(key.metric(), key.series(), reference, key.x(),
                                Objects.requireNonNull(ratios.get(key)).blocks(), judgement.ratio().ratio(),
                                judgement.interval().low(), judgement.interval().high(),
                                judgement.interval().confidence(),
                                judgement.verdict().text())));
        return comparisons;
    }

    /** Returns values by fork. */
    private static Map<Integer, Double> values(List<Sample> ofMetric, String series, double x) {
        return ofMetric.stream()
                .filter(sample -> sample.series().equals(series) && sample.x() == x)
                .collect(Collectors.toMap(Sample::fork, Sample::value, (one, _) -> one, TreeMap::new));
    }

    private static boolean positive(List<Double> values) {
        return values.stream().allMatch(value -> value > 0);
    }
}
