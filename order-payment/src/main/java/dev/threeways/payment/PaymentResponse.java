package dev.threeways.payment;

import org.jspecify.annotations.Nullable;

/**
 * Answer of the payment API: the JSON body of a 200. Anything may be missing; {@link #outcomeFor(Order)} decides what
 * it means.
 *
 * @param paymentId the payment API's own id of the payment: 1 to {@value #MAX_ID_LENGTH} visible ASCII characters
 * @param status {@code approved} or {@code declined}
 */
public record PaymentResponse(@Nullable String paymentId, @Nullable String status) {

    public static final String APPROVED = "approved";

    public static final String DECLINED = "declined";

    /** Equals a key's limit. A longer id, or other characters, could not be passed on to every caller and every log. */
    static final int MAX_ID_LENGTH = 255;

    /** Rejects an answer without a valid id or with an unknown status: the outcome of the payment is then unknown. */
    public PaymentOutcome outcomeFor(Order order) {
        if (paymentId == null || !isId(paymentId) || status == null) {
            return new PaymentOutcome.PaymentFailed(order.id(), PaymentFailure.INVALID_ANSWER, null);
        }
        return switch (status) {
            case APPROVED -> new PaymentOutcome.Paid(order, paymentId);
            case DECLINED -> new PaymentOutcome.Declined(order, paymentId);
            default -> new PaymentOutcome.PaymentFailed(order.id(), PaymentFailure.INVALID_ANSWER, null);
        };
    }

    private static boolean isId(String text) {
        return !text.isEmpty() && text.length() <= MAX_ID_LENGTH && text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }
}
