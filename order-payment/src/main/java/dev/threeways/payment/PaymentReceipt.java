package dev.threeways.payment;

import java.math.BigDecimal;

/**
 * Answer to the caller when the payment was approved: the JSON body of the 200.
 *
 * @param status always {@value PaymentResponse#APPROVED}
 */
public record PaymentReceipt(long orderId, String paymentId, String status, BigDecimal amount, String currency) {

    public static PaymentReceipt of(PaymentOutcome.Paid paid) {
        Order order = paid.order();
        return new PaymentReceipt(order.id(), paid.paymentId(), PaymentResponse.APPROVED, order.amount(),
                order.currency());
    }
}
