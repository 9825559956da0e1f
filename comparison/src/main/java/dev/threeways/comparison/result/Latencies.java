package dev.threeways.comparison.result;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * Latencies in microseconds with three significant digits. Percentiles over several blocks come from the sum of the
 * blocks' histograms: an average of percentiles is the percentile of nothing.
 */
public final class Latencies {

    /** A longer latency is counted as this long. */
    private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(10);

    private static final int SIGNIFICANT_DIGITS = 3;

    private final Histogram histogram = new Histogram(MAX_MICROS, SIGNIFICANT_DIGITS);

    public void record(long micros) {
        histogram.recordValue(Math.clamp(micros, 0, MAX_MICROS));
    }

    public static Latencies merged(List<Latencies> parts) {
        var sum = new Latencies();
        parts.forEach(part -> sum.histogram.add(part.histogram));
        return sum;
    }

    /** Summarizes in milliseconds. */
    public Summary summary() {
        return new Summary(histogram.getTotalCount(), millis(50), millis(90), millis(99), millis(99.9), millis(100));
    }

    /**
     * Returns a percentile in milliseconds; 0 if nothing was recorded.
     *
     * @param percentile 0 to 100
     */
    public double millis(double percentile) {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1000.0;
    }

    /** Times in milliseconds. */
    public record Summary(long count, double p50, double p90, double p99, double p999, double max) {}

    /** HdrHistogram's own compressed form (V2) in Base64, which its tools in all languages read. */
    public String encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    /** @throws IllegalArgumentException if {@code text} is not what {@link #encoded()} makes */
    public static Latencies decoded(String text) {
        try {
            var latencies = new Latencies();
            latencies.histogram
                    .add(Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(text)),
                            0));
            return latencies;
        } catch (DataFormatException | RuntimeException e) {
            throw new IllegalArgumentException("This is not a compressed HdrHistogram", e);
        }
    }
}
