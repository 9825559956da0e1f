package dev.threeways.telemetry;

/**
 * Everything that is in none of the service's stages, from the server's having parsed the header to its having the answer:
 * routing, conversion, the wait for a thread to run on.
 */
record RestOfRequest() implements RequestStage {

    static final RequestStage REST = new RestOfRequest();

    @Override
    public String name() {
        return "REST";
    }

    /** Last. */
    @Override
    public int ordinal() {
        return Integer.MAX_VALUE;
    }
}
