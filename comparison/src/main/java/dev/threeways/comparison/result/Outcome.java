package dev.threeways.comparison.result;

import dev.threeways.gatling.RequestRecord;

/** How a planned request ended, as a report tells it: each in exactly one way. */
public enum Outcome {

    /** An expected status with the body that belongs to it. */
    OK("ok"),
    /** 503: rejected, or what it needs is not there. */
    SHED("503"),
    /** 400 to 499. */
    CLIENT_ERROR("4xx"),
    /** 500 to 599 but 503. */
    SERVER_ERROR("5xx"),
    /** An answer of another status, or without the right body. */
    WRONG_ANSWER("wrong-answer"),
    /** No connection could be opened. */
    REFUSED("refused"),
    /** The connection was lost. */
    RESET("reset"),
    /** No whole answer in time. */
    TIMEOUT("timeout"),
    /** The generator's own fault, or the run ended first. */
    OTHER("other"),
    /** Planned, but too much was in flight or the run was over. */
    NEVER_SENT("never-sent");

    private static final int SERVICE_UNAVAILABLE = 503;

    private final String id;

    Outcome(String id) {
        this.id = id;
    }

    /** Returns its name in {@code result.json}. */
    public String id() {
        return id;
    }

    public static Outcome of(RequestRecord request) {
        return switch (request.requestClass()) {
            case OK -> OK;
            case STATUS -> ofStatus(request.status());
            case BODY -> WRONG_ANSWER;
            case REFUSED -> REFUSED;
            case RESET -> RESET;
            case TIMEOUT -> TIMEOUT;
            case OTHER, UNFINISHED -> OTHER;
            case NEVER_SENT -> NEVER_SENT;
        };
    }

    private static Outcome ofStatus(int status) {
        if (status == SERVICE_UNAVAILABLE) {
            return SHED;
        }
        return status / 100 == 4 ? CLIENT_ERROR : status / 100 == 5 ? SERVER_ERROR : WRONG_ANSWER;
    }
}
