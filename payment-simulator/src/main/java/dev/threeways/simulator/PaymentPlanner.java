package dev.threeways.simulator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.commons.codec.digest.MurmurHash3;
import org.apache.commons.statistics.distribution.LogNormalDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Computes a payment's fate from nothing but the seed, the behaviour and the idempotency key. Nothing is remembered and
 * nothing depends on the order of arrival. This makes the draws common random numbers: every stack, in every round,
 * meets the same latency and fault under the same key.
 *
 * <p>MurmurHash3 (128 bits) of seed and key is the random source. Its finalizer avalanches, so the keys 1-1, 1-2, …
 * give unrelated draws. Its two halves serve as independent draws: the first for the latency, the second for the
 * outcome.
 */
final class PaymentPlanner {

    /** z of the 99th percentile: p99 = median · e^(σ·z). */
    private static final double Z99 = NormalDistribution.of(0, 1).inverseCumulativeProbability(0.99);

    /** MurmurHash3's own seeds. They keep the id of a payment, which is public, apart from its draws. */
    private static final int DRAWS = 0;

    private static final int ID = 1;

    private final long seed;

    private final Behaviour behaviour;

    /** Null if the latency is constant. */
    private final @Nullable LogNormalDistribution latency;

    /** Upper ends of the outcomes' parts of [0, 1); above the last everything is approved. */
    private final List<UpperEnd> outcomes;

    private record UpperEnd(double end, SimulatedOutcome outcome) {}

    PaymentPlanner(long seed, Behaviour behaviour) {
        this.seed = seed;
        this.behaviour = behaviour;
        double sigma = Math.log(behaviour.p99Millis() / behaviour.medianMillis()) / Z99; // NaN without latency
        this.latency = sigma > 0 ? LogNormalDistribution.of(Math.log(behaviour.medianMillis()), sigma) : null;
        this.outcomes = new ArrayList<>();
        double end = 0;
        for (var rate : behaviour.rates().entrySet()) {
            end += rate.getValue();
            outcomes.add(new UpperEnd(end, rate.getKey()));
        }
    }

    Behaviour behaviour() {
        return behaviour;
    }

    PaymentPlan plan(String key) {
        long[] draws = hash(key, DRAWS);
        return new PaymentPlan(latency(uniform(draws[0])), outcome(uniform(draws[1])));
    }

    /** Depends on seed and key only, not on the behaviour. */
    String paymentId(String key) {
        long[] id = hash(key, ID);
        return new UUID(id[0], id[1]).toString();
    }

    private long[] hash(String key, int purpose) {
        byte[] keyBytes = key.getBytes(StandardCharsets.US_ASCII);
        byte[] input = ByteBuffer.allocate(Long.BYTES + keyBytes.length).putLong(seed).put(keyBytes).array();
        return MurmurHash3.hash128x64(input, 0, input.length, purpose);
    }

    /**
     * The upper 53 bits as the middle of one of 2^53 equal parts of (0, 1): never 0 or 1, whose quantiles are infinite.
     */
    private static double uniform(long bits) {
        return ((bits >>> 11) + 0.5) * 0x1p-53;
    }

    private Duration latency(double uniform) {
        double drawn = latency == null ? behaviour.medianMillis() : latency.inverseCumulativeProbability(uniform);
        long nanos = Math.round(Math.max(drawn, behaviour.floorMillis()) * 1e6);
        return Duration.ofNanos(Math.min(nanos, Behaviour.MAX_LATENCY.toNanos()));
    }

    private SimulatedOutcome outcome(double uniform) {
        for (UpperEnd upperEnd : outcomes) {
            if (uniform < upperEnd.end()) {
                return upperEnd.outcome();
            }
        }
        return SimulatedOutcome.APPROVED;
    }
}
