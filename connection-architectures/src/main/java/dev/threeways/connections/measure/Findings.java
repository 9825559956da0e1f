package dev.threeways.connections.measure;

import dev.threeways.lab.process.Machine;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.statistics.descriptive.Median;
import org.jspecify.annotations.Nullable;

/**
 * Everything a measurement found, as it stands in {@code result.json}.
 *
 * @param measurement its name
 * @param question it answers
 * @param command as it was given
 * @param forks how often each case was measured, in fresh processes
 * @param seed of the order of cases and of the load
 * @param xTitle what the cases of a series differ in
 * @param settings what was equal for all cases
 * @param notes what could not be measured here, or must be known
 */
record Findings(int schema, String measurement, String question, List<String> command, Instant startedAt,
        Instant finishedAt, int forks, long seed, Machine machine, String xTitle, List<Metric> metrics,
        List<String> settings, List<Sample> samples, List<Comparison> comparisons, List<String> notes) {

    /** Rises when a field changes its meaning or goes. */
    static final int SCHEMA = 1;

    /**
     * A measured quantity.
     *
     * @param title with its unit
     * @param compared whether series are compared by it
     */
    record Metric(String id, String title, boolean compared) {}

    /** One figure of one fork. */
    record Sample(String metric, String series, double x, int fork, double value) {}

    /**
     * Ratio of {@code series} to {@code comparedWith} at {@code x}.
     *
     * @param low of the interval
     * @param high of the interval
     * @param confidence of the interval; at most 5 % of experiments have a wrong "different" among all of the
     *     measurement's
     */
    record Comparison(String metric, String series, String comparedWith, double x, int forks, double ratio, double low,
            double high, double confidence, String verdict) {}

    /** Returns the series in the order of their first measurement. */
    List<String> series(String metric) {
        return of(metric).map(Sample::series).distinct().toList();
    }

    List<Double> xs(String metric) {
        return of(metric).map(Sample::x).distinct().sorted().toList();
    }

    /** Returns values in the order of forks. */
    List<Double> values(String metric, String series, double x) {
        return of(metric).filter(sample -> sample.series().equals(series) && sample.x() == x)
                .sorted((one, other) -> Integer.compare(one.fork(), other.fork()))
                .map(Sample::value)
                .toList();
    }

    /** Returns values of all series and forks, at every x. */
    List<Double> values(String metric) {
        return of(metric).map(Sample::value).toList();
    }

    private Stream<Sample> of(String metric) {
        return samples.stream().filter(sample -> sample.metric().equals(metric));
    }

    /** @return null if there are no values */
    static @Nullable Double median(List<Double> values) {
        return values.isEmpty()
                ? null
                : Median.withDefaults().evaluate(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
