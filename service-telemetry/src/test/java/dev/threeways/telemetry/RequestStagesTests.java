package dev.threeways.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.payment.InFlightLimit;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestStagesTests {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private final InFlightLimit inFlight = new InFlightLimit(10);

    private final RequestStages stages = new RequestStages(inFlight, registry);

    @Test
    void everyRequestIsAtOneStage() {
        assertThat(inFlight.tryEnter()).isTrue();
        RequestClock clock = stages.begin();
        assertPresent(0, 0, 0, 0, 0, 1);
        clock.enter(RequestStage.CONNECTION);
        assertPresent(1, 0, 0, 0, 0, 0);
        clock.enter(RequestStage.READ);
        assertPresent(0, 1, 0, 0, 0, 0);
        clock.enter(RequestStage.SIGN);
        assertPresent(0, 0, 1, 0, 0, 0);
        clock.enter(RequestStage.PAY);
        assertPresent(0, 0, 0, 1, 0, 0);
        clock.enter(RequestStage.LOG);
        assertPresent(0, 0, 0, 0, 1, 0);
        clock.leave();
        assertPresent(0, 0, 0, 0, 0, 1);
        inFlight.leave();
        clock.finish();
        assertPresent(0, 0, 0, 0, 0, 0);
        assertThat(stages.largest()).isEqualTo(1);
    }

    @Test
    void theStagesAddUpToTheRequest() throws InterruptedException {
        RequestClock clock = stages.begin();
        Thread.sleep(5);
        for (RequestStage stage : RequestStage.values()) {
            if (stage != RequestStage.REST) {
                clock.enter(stage);
                Thread.sleep(5);
            }
        }
        clock.leave();
        clock.finish();

        assertThat(Arrays.stream(RequestStage.values()).map(stage -> timer(stage).count())).containsOnly(1L);
        assertThat(
                Arrays.stream(RequestStage.values()).mapToDouble(s -> timer(s).totalTime(TimeUnit.NANOSECONDS)).sum())
                .isEqualTo((double) stages.requestNanos());
        assertThat(timer(RequestStage.REST).totalTime(TimeUnit.MILLISECONDS)).isGreaterThanOrEqualTo(5);
    }

    @Test
    void aStageThatNoRequestComesToIsAbsent() {
        assertThat(stages.has(RequestStage.SIGN)).isFalse();
        assertThat(registry.find("requests.stage").tag("stage", "sign").meters()).isEmpty();
        assertThat(registry.find("requests.stage.present").tag("stage", "sign").meters()).isEmpty();

        stages.begin().enter(RequestStage.SIGN);

        assertThat(stages.has(RequestStage.SIGN)).isTrue();
        assertThat(registry.get("requests.stage.present").tag("stage", "sign").gauge().value()).isEqualTo(1);
    }

    @Test
    void aRequestTurnedAwayBeforeTheHandlerIsNotTimed() {
        stages.begin().finish();
        assertThat(timer(RequestStage.REST).count()).isZero();
        assertThat(stages.requestNanos()).isZero();
    }

    @Test
    void aPaymentIsTimedToItsEndThoughItsCallerHungUp() {
        assertThat(inFlight.tryEnter()).isTrue();
        RequestClock clock = stages.begin();
        clock.enter(RequestStage.PAY);
        clock.finish();
        assertPresent(0, 0, 0, 1, 0, 0);
        clock.enter(RequestStage.LOG);
        clock.leave();
        inFlight.leave();
        assertPresent(0, 0, 0, 0, 0, 0);
        assertThat(timer(RequestStage.PAY).count()).isEqualTo(1);
        assertThat(timer(RequestStage.REST).count()).isZero();
    }

    @Test
    void withoutTelemetryThereIsNothingToTell() {
        RequestClock clock = RequestClock.of(null);
        clock.enter(RequestStage.PAY);
        clock.leave();
        assertThat(timer(RequestStage.PAY).count()).isZero();
    }

    private Timer timer(RequestStage stage) {
        return registry.get("requests.stage").tag("stage", stage.id()).timer();
    }

    private void assertPresent(int... counts) {
        assertThat(Arrays.stream(RequestStage.values()).mapToInt(stages::present)).containsExactly(box(counts));
    }

    private static Integer[] box(int... counts) {
        return Arrays.stream(counts).boxed().toArray(Integer[]::new);
    }
}
