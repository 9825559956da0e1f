package dev.threeways.payment;

import java.util.OptionalLong;

/** Reads order ids from the path of a request. */
public final class OrderId {

    /** Digits of {@link Long#MAX_VALUE}. */
    private static final int MAX_DIGITS = 19;

    private OrderId() {}

    /**
     * Parses a positive 64-bit number in ASCII digits. {@link Long#parseLong(String)} alone would also accept a sign
     * and the digits of other scripts.
     *
     * @return empty if {@code text} is anything else
     */
    public static OptionalLong parse(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        try {
            long id = Long.parseLong(text);
            return id > 0 ? OptionalLong.of(id) : OptionalLong.empty();
        } catch (NumberFormatException _) { // nineteen digits beyond Long.MAX_VALUE
            return OptionalLong.empty();
        }
    }
}
