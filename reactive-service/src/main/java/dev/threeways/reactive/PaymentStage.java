package dev.threeways.reactive;

import dev.threeways.telemetry.RequestStage;
import dev.threeways.telemetry.StagedRequests;
import java.util.List;

/**
 * Where a payment is. In each it does one thing, which is nearly always to wait; in {@link #SIGN} it computes. The names are
 * those of the contract, and so the same on every stack.
 */
enum PaymentStage implements RequestStage {

    /** Waiting for a connection to the database. */
    CONNECTION,

    /** Reading the order, over that connection. */
    READ,

    /** Signing what the payment API will be asked, the wait for a thread to do it included. Only if payments are signed. */
    SIGN,

    /** The exchange with the payment API, the wait for a connection to it included. */
    PAY,

    /** Writing the log line, which is handing it to the appender. */
    LOG;

    /** Whether payments are signed shows when the first is. */
    static StagedRequests of(String uri) {
        return new StagedRequests(uri, List.of(CONNECTION, READ, PAY, LOG));
    }
}
