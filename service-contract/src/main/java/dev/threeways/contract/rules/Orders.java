package dev.threeways.contract.rules;

import java.util.List;
import java.util.Locale;

/** The rows that ops/database/02-orders.sql seeds, computed once more. */
final class Orders {

    private static final List<String> CURRENCIES = List.of("EUR", "USD", "GBP", "JPY", "CHF");

    private Orders() {}

    /** The amount with its two decimals. */
    static String amount(long id) {
        long cents = id * 7919 % 100_000 + 100;
        return String.format(Locale.ROOT, "%d.%02d", cents / 100, cents % 100);
    }

    static String currency(long id) {
        return CURRENCIES.get((int) (id % 5));
    }
}
