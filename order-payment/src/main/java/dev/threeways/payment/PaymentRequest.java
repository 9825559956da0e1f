package dev.threeways.payment;

import java.math.BigDecimal;

/**
 * Request to the payment API: the JSON body of {@code POST /payments}.
 *
 * @param amount in major units of {@code currency}
 * @param currency ISO 4217 code
 */
public record PaymentRequest(long orderId, BigDecimal amount, String currency) {

    public static PaymentRequest of(Order order) {
        return new PaymentRequest(order.id(), order.amount(), order.currency());
    }
}
