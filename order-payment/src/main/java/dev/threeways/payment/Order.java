package dev.threeways.payment;

import java.math.BigDecimal;

/**
 * A row of {@code orders}.
 *
 * @param id positive
 * @param customer the customer's name
 * @param amount in major units of {@code currency}, two decimals
 * @param currency ISO 4217 code, three letters
 */
public record Order(long id, String customer, BigDecimal amount, String currency) {}
