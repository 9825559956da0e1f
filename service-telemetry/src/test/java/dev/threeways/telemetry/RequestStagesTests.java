package dev.threeways.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestStagesTests {

    private static final String URI = "/things/{id}";

    /** Stages in a service's order; not every request is weighed. */
    private enum Stage implements RequestStage {
        FETCH,
        WEIGH,
        SEND
    }

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private final InFlightLimit inFlight = new InFlightLimit(10);

    private final RequestStages stages = new RequestStages(
            new StagedRequests(URI, List.of(Stage.FETCH, Stage.SEND)), inFlight, registry);

    @Test
    void everyRequestIsAtOneStage() {
        assertThat(inFlight.tryEnter()).isTrue();
        RequestClock clock = stages.begin();
        assertPresent(0, 0, 0, 1);
        clock.enter(Stage.FETCH);
        assertPresent(1, 0, 0, 0);
        clock.enter(Stage.WEIGH);
        assertPresent(0, 1, 0, 0);
        clock.enter(Stage.SEND);
        assertPresent(0, 0, 1, 0);
        clock.leave();
        assertPresent(0, 0, 0, 1);
        inFlight.leave();
        clock.finish();
        assertPresent(0, 0, 0, 0);
        assertThat(stages.largest()).isEqualTo(1);
    }

    @Test
    void theStagesAddUpToTheRequest() throws InterruptedException {
        RequestClock clock = stages.begin();
        Thread.sleep(5);
        for (RequestStage stage : Stage.values()) {
            clock.enter(stage);
            Thread.sleep(5);
        }
        clock.leave();
        clock.finish();

        assertThat(all().map(stage -> timer(stage).count())).containsOnly(1L);
        assertThat(all().mapToDouble(stage -> timer(stage).totalTime(TimeUnit.NANOSECONDS)).sum())
                .isEqualTo((double) stages.requestNanos());
        assertThat(timer(RestOfRequest.REST).totalTime(TimeUnit.MILLISECONDS)).isGreaterThanOrEqualTo(5);
    }

    @Test
    void aStageThatNoRequestComesToIsAbsent() {
        assertThat(stages.known()).containsExactly(Stage.FETCH, Stage.SEND, RestOfRequest.REST);
        assertThat(registry.find("requests.stage").tag("stage", "weigh").meters()).isEmpty();
        assertThat(registry.find("requests.stage.present").tag("stage", "weigh").meters()).isEmpty();

        stages.begin().enter(Stage.WEIGH);

        assertThat(stages.known()).containsExactly(Stage.FETCH, Stage.WEIGH, Stage.SEND, RestOfRequest.REST);
        assertThat(registry.get("requests.stage.present").tag("stage", "weigh").gauge().value()).isEqualTo(1);
    }

    @Test
    void theMetersHaveTheEndpointsUri() {
        assertThat(inFlight.tryEnter()).isTrue();
        assertThat(registry.get("requests.in.flight").tag("uri", URI).gauge().value()).isEqualTo(1);
    }

    @Test
    void aRequestTurnedAwayBeforeTheHandlerIsNotTimed() {
        stages.begin().finish();
        assertThat(timer(RestOfRequest.REST).count()).isZero();
        assertThat(stages.requestNanos()).isZero();
    }

    @Test
    void whatARequestBeganIsTimedToItsEndThoughItsCallerHungUp() {
        assertThat(inFlight.tryEnter()).isTrue();
        RequestClock clock = stages.begin();
        clock.enter(Stage.SEND);
        clock.finish();
        assertPresent(0, 0, 1, 0);
        clock.enter(Stage.WEIGH);
        clock.leave();
        inFlight.leave();
        assertPresent(0, 0, 0, 0);
        assertThat(timer(Stage.SEND).count()).isEqualTo(1);
        assertThat(timer(RestOfRequest.REST).count()).isZero();
    }

    @Test
    void withoutTelemetryThereIsNothingToTell() {
        RequestClock clock = RequestClock.of(null);
        clock.enter(Stage.SEND);
        clock.leave();
        assertThat(timer(Stage.SEND).count()).isZero();
    }

    private Timer timer(RequestStage stage) {
        return registry.get("requests.stage").tag("stage", stage.id()).timer();
    }

    private static Stream<RequestStage> all() {
        return Stream.concat(Arrays.stream(Stage.values()), Stream.of(RestOfRequest.REST));
    }

    private void assertPresent(int... counts) {
        assertThat(all().mapToInt(stages::present)).containsExactly(box(counts));
    }

    private static Integer[] box(int... counts) {
        return Arrays.stream(counts).boxed().toArray(Integer[]::new);
    }
}
