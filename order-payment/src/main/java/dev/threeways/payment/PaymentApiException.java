package dev.threeways.payment;

/** The payment API answered wrongly. Has no stack trace: where that was noticed tells nothing. */
public final class PaymentApiException extends RuntimeException {

    public PaymentApiException(String message) {
        super(message, null, false, false);
    }
}
