package dev.threeways.telemetry;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Where the requests that reach the handler spend their time, and how many are at each stage now.
 *
 * <p>Every request is in one stage at a time, so the stages' times add up to the requests' time in
 * {@code http.server.requests}. Both are observed from the same moment to the same moment. A stage that not every
 * service has is known once the first request has come to it.
 */
final class RequestStages {

    /** Three windows of this length: the largest number of requests in flight is that of the last 30 to 45 s. */
    private static final Duration ROTATION = Duration.ofSeconds(15);

    private static final int WINDOWS = 3;

    private record Stage(Timer timer, AtomicInteger present) {}

    /** Replaced as a whole: every request looks here many times, and a stage is added once. */
    private volatile SortedMap<RequestStage, Stage> stages = new TreeMap<>(
            Comparator.comparingInt(RequestStage::ordinal));

    private final MeterRegistry registry;

    private final InFlightLimit inFlight;

    private final TimeWindowMax largest = new TimeWindowMax(Clock.SYSTEM, ROTATION.toMillis(), WINDOWS);

    private final LongAdder requestNanos = new LongAdder();

    RequestStages(StagedRequests requests, InFlightLimit inFlight, MeterRegistry registry) {
        this.inFlight = inFlight;
        this.registry = registry;
        requests.always().forEach(this::at);
        at(RestOfRequest.REST);
        Gauge.builder("requests.in.flight", inFlight, InFlightLimit::current)
                .tag("uri", requests.uri())
                .description("Requests in the handler now")
                .baseUnit("requests")
                .register(registry);
        Gauge.builder("requests.in.flight.max", largest, TimeWindowMax::poll)
                .tag("uri", requests.uri())
                .description("Most requests in the handler at a time, lately")
                .baseUnit("requests")
                .register(registry);
        FunctionCounter.builder("requests.turned.away", inFlight, InFlightLimit::turnedAway)
                .tag("uri", requests.uri())
                .description("Requests answered 503 because as many as may were in flight")
                .baseUnit("requests")
                .register(registry);
        FunctionCounter.builder("requests.time", requestNanos, nanos -> nanos.sum() / 1e9)
                .description("Summed time of the requests that were answered by the handler")
                .baseUnit("seconds")
                .register(registry);
    }

    private Stage register(RequestStage stage) {
        Gauge.builder("requests.stage.present", () -> present(stage))
                .tag("stage", stage.id())
                .description("Requests that are at this stage now")
                .baseUnit("requests")
                .register(registry);
        Timer timer = Timer.builder("requests.stage")
                .tag("stage", stage.id())
                .description("Time of a request at a stage")
                .serviceLevelObjectives(TimerBuckets.oneTwoFive())
                .distributionStatisticBufferLength(1) // keeps one maximum in place of three
                .register(registry);
        return new Stage(timer, new AtomicInteger());
    }

    RequestClock begin() {
        return new RequestClock(this);
    }

    /** Summed time of the requests finished so far. */
    long requestNanos() {
        return requestNanos.sum();
    }

    /** Stages that requests come to here, in order. */
    Set<RequestStage> known() {
        return stages.keySet();
    }

    /** How many requests are at {@code stage} now. */
    int present(RequestStage stage) {
        if (!stage.equals(RestOfRequest.REST)) {
            Stage known = stages.get(stage);
            return known == null ? 0 : known.present().get();
        }
        int elsewhere = stages.values().stream().mapToInt(s -> s.present().get()).sum();
        return Math.max(0, inFlight.current() - elsewhere);
    }

    InFlightLimit inFlight() {
        return inFlight;
    }

    /** Value of {@code requests.in.flight.max}. */
    int largest() {
        return (int) largest.poll();
    }

    void reachedHandler() {
        largest.record(inFlight.current());
    }

    void entered(RequestStage stage) {
        at(stage).present().incrementAndGet();
    }

    void left(RequestStage stage) {
        at(stage).present().decrementAndGet();
    }

    /**
     * Records the stages of a request that has ended. Recorded together: one cache miss on what a timer touches instead
     * of six.
     */
    void passed(List<RequestClock.Spent> spent) {
        for (RequestClock.Spent time : spent) {
            at(time.stage()).timer().record(time.nanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Adds the time of an answered request. */
    void answered(long nanos) {
        requestNanos.add(nanos);
    }

    private Stage at(RequestStage stage) {
        Stage known = stages.get(stage);
        return known == null ? add(stage) : known;
    }

    private synchronized Stage add(RequestStage stage) {
        Stage known = stages.get(stage);
        if (known != null) {
            return known;
        }
        Stage added = register(stage);
        SortedMap<RequestStage, Stage> more = new TreeMap<>(stages);
        more.put(stage, added);
        stages = more;
        return added;
    }
}
