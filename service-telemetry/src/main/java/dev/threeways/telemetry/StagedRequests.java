package dev.threeways.telemetry;

import java.util.List;

/**
 * The requests whose stages a service tells: those of its one endpoint whose requests stay in flight longer than a look
 * takes.
 *
 * @param uri the endpoint's, as {@code http.server.requests} has it
 * @param always the stages that each comes to. Any other is absent from the meters until the first request comes to it
 */
public record StagedRequests(String uri, List<RequestStage> always) {

    public StagedRequests {
        always = List.copyOf(always);
    }
}
