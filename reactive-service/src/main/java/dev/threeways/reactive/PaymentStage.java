package dev.threeways.reactive;

import dev.threeways.telemetry.RequestStage;
import dev.threeways.telemetry.StagedRequests;
import java.util.List;

/**
 * Stage of a payment. In each it does one thing, which is nearly always to wait; in {@link #SIGN} it computes. Names
 * are the contract's, the same on every stack.
 */
enum PaymentStage implements RequestStage {

    /** Waiting for a connection to the database. */
    CONNECTION,

    /** Reading the order, over that connection. */
    READ,

    /** Signing the request to the payment API, the wait for a thread included. Only if payments are signed. */
    SIGN,

    /** The exchange with the payment API, the wait for a connection to it included. */
    PAY,

    /** Writing the log line, which is handing it to the appender. */
    LOG;

    /** Stages of every payment; {@link #SIGN} is added when the first is signed. */
    static StagedRequests of(String uri) {
        return new StagedRequests(uri, List.of(CONNECTION, READ, PAY, LOG));
    }
}
