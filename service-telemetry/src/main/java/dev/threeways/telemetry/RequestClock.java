package dev.threeways.telemetry;

import io.micrometer.observation.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the stage of one request, and times each. The code that works on the request tells it. On an event loop that
 * may be one thread after the other. The request may be finished, its caller having hung up, while its work is not.
 */
public final class RequestClock {

    /** Enough for most: reading, calling, logging and so on, and the rest. */
    private static final int STAGES = 6;

    private static final RequestClock STOPPED = new RequestClock(null);

    private final @Nullable RequestStages stages;

    private final long beginNanos;

    private final List<Spent> spent = new ArrayList<>(STAGES);

    private @Nullable RequestStage stage;

    private long stageNanos;

    private long spentNanos;

    private boolean reachedHandler;

    private boolean finished;

    /** Time spent at one stage. */
    record Spent(RequestStage stage, long nanos) {}

    RequestClock(@Nullable RequestStages stages) {
        this.stages = stages;
        this.beginNanos = System.nanoTime();
    }

    /**
     * The request's own clock.
     *
     * @param request its {@code http.server.requests}; null if it is not observed
     * @return one that records nothing if nothing is to be measured
     */
    public static RequestClock of(Observation.@Nullable ContextView request) {
        RequestClock clock = request == null ? null : request.get(RequestClock.class);
        return clock == null ? STOPPED : clock;
    }

    /** Ends the previous stage, if there was one. */
    public void enter(RequestStage next) {
        if (stages != null) {
            change(stages, next);
        }
    }

    /** Ends the last stage. */
    public void leave() {
        if (stages != null) {
            change(stages, null);
        }
    }

    private synchronized void change(RequestStages to, @Nullable RequestStage next) {
        long now = System.nanoTime();
        if (!reachedHandler) {
            reachedHandler = true;
            to.reachedHandler();
        }
        if (stage != null) {
            to.left(stage);
            add(stage, now - stageNanos);
            if (next == null && finished) {
                to.passed(spent);
            }
        }
        stage = next;
        stageNanos = now;
        if (next != null) {
            to.entered(next);
        }
    }

    private void add(RequestStage at, long nanos) {
        spent.add(new Spent(at, nanos));
        spentNanos += nanos;
    }

    /** The response is written or the caller is gone; the handler may still be at work. */
    synchronized void finish() {
        finished = true;
        if (reachedHandler && stage == null) {
            RequestStages to = Objects.requireNonNull(stages);
            long total = System.nanoTime() - beginNanos;
            add(RestOfRequest.REST, total - spentNanos);
            to.passed(spent);
            to.answered(total);
        }
    }
}
