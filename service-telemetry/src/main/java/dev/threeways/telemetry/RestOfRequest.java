package dev.threeways.telemetry;

/**
 * Everything outside the service's stages, from the parsed header to the server's having the answer: routing,
 * conversion, the wait for a thread to run on.
 */
record RestOfRequest() implements RequestStage {

    static final RequestStage REST = new RestOfRequest();

    @Override
    public String name() {
        return "REST";
    }

    /** Sorts last. */
    @Override
    public int ordinal() {
        return Integer.MAX_VALUE;
    }
}
