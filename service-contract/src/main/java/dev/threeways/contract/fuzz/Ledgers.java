package dev.threeways.contract.fuzz;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records that a batch of scripts left at one service.
 *
 * @param exchanges the keys of the exchanges begun with the payment API
 * @param errors lines of level ERROR
 */
record Ledgers(List<Line> lines, List<String> exchanges, List<String> errors) {

    /** One line about a payment. */
    record Line(@Nullable String key, String outcome, @Nullable String paymentId) {}
}
