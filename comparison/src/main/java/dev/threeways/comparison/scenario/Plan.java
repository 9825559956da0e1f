package dev.threeways.comparison.scenario;

import dev.threeways.lab.statistics.PairedRatio;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much is measured.
 *
 * @param quick whether only the accounting is of interest: nothing is warm
 * @param blocks null for as many as fit {@code budget}
 * @param precision null, or the width that intervals are to reach: 0.05 is 5 % either side
 * @param margin the smallest difference that matters: 0.05 is 5 %
 * @param warmUpLimit where warm-up ends even if CPU per request still falls
 * @param warmUpRequests fewest requests of a warm-up, unless the limit passes
 */
public record Plan(boolean quick, @Nullable Integer blocks, @Nullable Double precision, double margin,
        Duration budget, Duration warmUpLimit, int warmUpRequests) {

    /** The plan of a command that measures nothing. */
    public static final Plan NOTHING = new Plan(false, null, null, 0, Duration.ZERO, Duration.ZERO, 0);

    /** The stamp wherever figures of a quick run appear. */
    public static final String QUICK_STAMP = "not warm: accounting only";

    public int minBlocks() {
        return blocks != null ? blocks : precision != null ? PairedRatio.ENOUGH_BLOCKS : quick ? 1 : 2;
    }
}
