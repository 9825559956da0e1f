package dev.threeways.telemetry;

import java.util.Locale;

/**
 * Where a request is. In each but {@link #REST} it does one thing, which is nearly always to wait; in {@link #SIGN} it
 * computes.
 */
public enum RequestStage {

    /** Waiting for a connection to the database. */
    CONNECTION("waiting for a connection to the database"),

    /** Reading the order, over that connection. */
    READ("reading the order"),

    /** Signing what the payment API will be asked, the wait for a thread to do it included. Only if payments are signed. */
    SIGN("signing the request to the payment API"),

    /** The exchange with the payment API, the wait for a connection to it included. */
    PAY("paying: the whole exchange with the payment API"),

    /** Writing the log line, which is handing it to the appender. */
    LOG("handing the log line to the appender"),

    /** Everything else, from the server's having parsed the header to its having the answer: the framework's share. */
    REST("in none of the other stages: routing, conversion, waiting for a thread to run on");

    private final String description;

    RequestStage(String description) {
        this.description = description;
    }

    /** As the meters name it. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    String description() {
        return description;
    }
}
