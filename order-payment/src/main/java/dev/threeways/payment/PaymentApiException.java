package dev.threeways.payment;

/** The payment API answered, and not as it should. Without a stack trace: where that was noticed tells nothing. */
public final class PaymentApiException extends RuntimeException {

    public PaymentApiException(String message) {
        super(message, null, false, false);
    }
}
