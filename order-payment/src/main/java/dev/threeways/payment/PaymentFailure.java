package dev.threeways.payment;

/** How an exchange with the payment API failed. */
public enum PaymentFailure {

    /** No connection could be opened: nothing was sent, nothing was charged. */
    CONNECTION_REFUSED("connection-refused", 502, "The payment API refused the connection. Nothing was charged."),

    /** The connection was closed or reset before a whole answer had arrived. */
    CONNECTION_LOST("connection-lost", 502, "The connection to the payment API was lost. " + PaymentFailure.UNKNOWN),

    /** The answer's status was not 200. */
    ERROR_STATUS("error-status", 502, "The payment API answered with an error. " + PaymentFailure.UNKNOWN),

    /** The answer was not the JSON it should be, was cut off, or was too long. */
    INVALID_ANSWER("invalid-answer", 502, "The payment API's answer was not understood. " + PaymentFailure.UNKNOWN),

    /** The whole exchange did not fit into the connect or the response timeout. */
    TIMED_OUT("timed-out", 504, "The payment API did not answer in time. " + PaymentFailure.UNKNOWN);

    private static final String UNKNOWN = "Whether it charged is unknown: ask again with the same Idempotency-Key.";

    private final String id;

    private final int status;

    private final String detail;

    PaymentFailure(String id, int status, String detail) {
        this.id = id;
        this.status = status;
        this.detail = detail;
    }

    /** Name in the log line and in the problem type. */
    public String id() {
        return id;
    }

    int status() {
        return status;
    }

    String detail() {
        return detail;
    }
}
