package dev.threeways.connections.measure;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.JsonNode;

/**
 * Results of the requests of one load. Each of {@code sent} is either ok or an error.
 *
 * @param ok answered with 200 or 402
 * @param errors answered with anything else, or not at all
 * @param micros from the time each was due to the end of its answer
 * @param lagMicros from the time each was due until the client turned to it
 */
public record Outcome(long sent, long ok, long errors, Histogram micros, Histogram lagMicros) {

    private static final double MICROS = 1_000; // in a millisecond

    /** Returns what {@link #of(JsonNode)} reads. */
    Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("sent", sent);
        map.put("ok", ok);
        map.put("errors", errors);
        map.put("micros", encoded(micros));
        map.put("lagMicros", encoded(lagMicros));
        return map;
    }

    public static Outcome of(JsonNode node) {
        return new Outcome(node.get("sent").longValue(), node.get("ok").longValue(), node.get("errors").longValue(),
                decoded(node.get("micros").stringValue()), decoded(node.get("lagMicros").stringValue()));
    }

    /** Adds up both loads. */
    Outcome plus(Outcome other) {
        Histogram all = micros.copy();
        all.add(other.micros);
        Histogram allLag = lagMicros.copy();
        allLag.add(other.lagMicros);
        return new Outcome(sent + other.sent, ok + other.ok, errors + other.errors, all, allLag);
    }

    /** Returns a percentile of latency; 0 if nothing was answered well. */
    double percentileMillis(double percentile) {
        return micros.getTotalCount() == 0 ? 0 : micros.getValueAtPercentile(percentile) / MICROS;
    }

    double maxMillis() {
        return micros.getMaxValue() / MICROS;
    }

    /** Returns the share of good answers that took longer, 0 to 1. */
    double shareSlowerThan(double millis) {
        long all = micros.getTotalCount();
        long within = micros.getCountBetweenValues(0, (long) (millis * MICROS));
        return all == 0 ? 0 : (all - within) / (double) all;
    }

    double lagMillis(double percentile) {
        return lagMicros.getTotalCount() == 0 ? 0 : lagMicros.getValueAtPercentile(percentile) / MICROS;
    }

    private static String encoded(Histogram histogram) {
        ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    private static Histogram decoded(String encoded) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(encoded)), 0);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("Not a histogram: " + encoded, e);
        }
    }
}
