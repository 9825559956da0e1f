package dev.threeways.gatling;

/** Purpose of a request. */
public enum RequestPhase {

    WARM_UP("warm-up"),
    MEASURE("measure");

    private final String id;

    RequestPhase(String id) {
        this.id = id;
    }

    /** Name in {@code requests.csv}. */
    public String id() {
        return id;
    }
}
