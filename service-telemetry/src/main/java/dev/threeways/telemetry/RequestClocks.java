package dev.threeways.telemetry;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.ReceiverContext;

/** Begins and finishes the clock of each request together with its {@code http.server.requests}, which carries it. */
final class RequestClocks implements ObservationHandler<ReceiverContext<?>> {

    private final RequestStages stages;

    RequestClocks(RequestStages stages) {
        this.stages = stages;
    }

    @Override
    public void onStart(ReceiverContext<?> context) {
        context.put(RequestClock.class, stages.begin());
    }

    @Override
    public void onStop(ReceiverContext<?> context) {
        RequestClock clock = context.get(RequestClock.class);
        if (clock != null) {
            clock.finish();
        }
    }

    /** Accepts requests received, not those sent. */
    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof ReceiverContext<?>;
    }
}
