package dev.threeways.gatling;

/** What a request was sent for. */
public enum RequestPhase {

    WARM_UP("warm-up"),
    MEASURE("measure");

    private final String id;

    RequestPhase(String id) {
        this.id = id;
    }

    /** As {@code requests.csv} names it. */
    public String id() {
        return id;
    }
}
