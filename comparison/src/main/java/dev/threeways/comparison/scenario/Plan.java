package dev.threeways.comparison.scenario;

import dev.threeways.lab.statistics.PairedRatio;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much is measured.
 *
 * @param quick only the accounting is of interest: nothing is warm
 * @param blocks null for as many as fit {@code budget}
 * @param precision null, or how narrow intervals are to be: 0.05 is 5 % either side
 * @param difference the smallest that matters: 0.05 is 5 %
 * @param warmUpLimit where warm-up ends even if CPU per request still falls
 * @param warmUpRequests it does not end with fewer, unless the limit passes
 */
public record Plan(boolean quick, @Nullable Integer blocks, @Nullable Double precision, double difference,
        Duration budget, Duration warmUpLimit, int warmUpRequests) {

    /** Nothing is measured. */
    public static final Plan NOTHING = new Plan(false, null, null, 0, Duration.ZERO, Duration.ZERO, 0);

    /** Wherever figures of a quick run appear. */
    public static final String QUICK_STAMP = "not warm: accounting only";

    public int minBlocks() {
        return blocks != null ? blocks : precision != null ? PairedRatio.ENOUGH_BLOCKS : quick ? 1 : 2;
    }
}
