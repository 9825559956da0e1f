package dev.threeways.gatling;

/** Derives request number n from the seed alone, so that every stack gets the same requests. */
public final class PaymentRequests {

    /** Number of the first request of the warm-up; measured requests count from 0. */
    public static final long FIRST_WARM_UP = 1_000_000_000L;

    private PaymentRequests() {}

    /** The Idempotency-Key. */
    public static String key(long seed, long n) {
        return seed + "-" + n;
    }

    /** Uniform over 1 to {@code orders}: the finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
    public static long orderId(long seed, long n, long orders) {
        long z = (seed + n) * 0x9E3779B97F4A7C15L + seed;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return 1 + Long.remainderUnsigned(z ^ (z >>> 31), orders);
    }
}
