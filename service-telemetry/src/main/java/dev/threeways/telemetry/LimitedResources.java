package dev.threeways.telemetry;

import java.util.List;

/** Everything this service can run out of: one list, so that the meters and the endpoint look at each once. */
record LimitedResources(List<LimitedResource> all) {}
