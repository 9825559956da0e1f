package dev.threeways.comparison.run;

import dev.threeways.comparison.observe.TaskRoles;
import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.result.Result.Second;
import dev.threeways.comparison.observe.UsageSampler.Role;
import dev.threeways.comparison.observe.UsageSampler.Sample;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.comparison.scenario.Turns;
import dev.threeways.gatling.RequestClass;
import dev.threeways.gatling.RequestLog;
import dev.threeways.gatling.RequestPhase;
import dev.threeways.gatling.RequestRecord;
import dev.threeways.lab.process.ProcessTasks.Task;
import dev.threeways.lab.process.ProcessUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TimelineTests {

    private static final long SECOND = 1_000_000;

    /** The schedule begins a second after the generator's clock. */
    private static final long START = SECOND;

    private static final long ORIGIN_EPOCH_MICROS = 5_000 * SECOND;

    /** Three threads that the kernel calls the same. */
    private static final TaskRoles ROLES = new TaskRoles(Map.of(1, "http-nio-127.0.0.1-28081-exec-1", 2,
            "http-nio-127.0.0.1-28081-Acceptor", 6, "http-nio-127.0.0.1-28081-exec-2"), 29081);

    private final List<RequestRecord> requests = new ArrayList<>();

    private void request(double dueSeconds, double tookSeconds, RequestClass requestClass, int status) {
        long due = START + Math.round(dueSeconds * SECOND);
        boolean sent = requestClass != RequestClass.NEVER_SENT;
        requests.add(
                new RequestRecord(requests.size(), RequestPhase.MEASURE, "k-" + requests.size(), OptionalLong.of(due),
                        sent ? OptionalLong.of(due + 500) : OptionalLong.empty(),
                        sent ? OptionalLong.of(due + Math.round(tookSeconds * SECOND)) : OptionalLong.empty(),
                        requestClass, status,
                        sent ? 500 : 0));
    }

    private List<Second> timeline(int seconds, List<Sample> samples) {
        return timeline(seconds, Turns.NONE, samples);
    }

    private List<Second> timeline(int seconds, Turns turns, List<Sample> samples) {
        return Timeline.of(new RequestLog(ORIGIN_EPOCH_MICROS, 1, requests.size(), OptionalLong.of(START),
                OptionalLong.of(START + seconds * SECOND), requests), turns, samples, ROLES);
    }

    @Test
    void whatWasInFlightAtTheSameTimeIsCountedAtItsMost() {
        request(0.0, 1.0, RequestClass.OK, 200);
        request(0.5, 1.0, RequestClass.OK, 200);
        request(1.2, 0.1, RequestClass.OK, 200);
        request(0.6, 1.0, RequestClass.NEVER_SENT, 0);
        assertThat(Timeline.mostInFlight(new RequestLog(ORIGIN_EPOCH_MICROS, 1, requests.size(),
                OptionalLong.of(START), OptionalLong.of(START + 2 * SECOND), requests))).isEqualTo(2);
    }

    @Test
    void everyPlannedRequestHasOneOutcomeInTheSecondInWhichItWasDue() {
        request(0.1, 0.05, RequestClass.OK, 200);
        request(0.2, 2.5, RequestClass.OK, 200);
        request(0.9, 0.05, RequestClass.STATUS, 503);
        request(1.0, 0.05, RequestClass.STATUS, 504);
        request(1.1, 0.05, RequestClass.STATUS, 404);
        request(1.2, 0.05, RequestClass.STATUS, 302);
        request(1.3, 0.05, RequestClass.BODY, 200);
        request(1.4, 0.05, RequestClass.REFUSED, 0);
        request(1.5, 0.05, RequestClass.RESET, 0);
        request(1.6, 0.30, RequestClass.TIMEOUT, 0);
        request(1.7, 0, RequestClass.NEVER_SENT, 0);
        List<Second> timeline = timeline(3, List.of());
        assertThat(timeline).extracting(Second::second).containsExactly(0, 1, 2);
        assertThat(timeline.get(0).outcomes()).isEqualTo(Map.of("ok", 2L, "503", 1L));
        assertThat(timeline.get(0).latencyMaxMillis()).isBetween(2_490.0, 2_510.0);
        assertThat(timeline.get(1).outcomes()).isEqualTo(Map.of("5xx", 1L, "4xx", 1L, "wrong-answer", 2L, "refused", 1L,
                "reset", 1L, "timeout", 1L, "never-sent", 1L));
        assertThat(timeline).allSatisfy(second -> assertThat(
                second.outcomes().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(second.planned()));
        assertThat(timeline).extracting(Second::inFlight)
                .as("the slow one is on its way until 2.7 s")
                .containsExactly(1, 1, 0);
        assertThat(timeline.get(0).generatorLagP99Millis()).isBetween(0.49, 0.51);
    }

    @Test
    void usageIsThatOfItsSecond() {
        request(0.5, 0.1, RequestClass.OK, 200);
        long begin = (ORIGIN_EPOCH_MICROS + START) / 1000;
        List<Sample> samples = List.of(sample(begin, 0, 10), sample(begin + 500, 200_000, 11),
                sample(begin + 1_000, 500_000, 12), sample(begin + 2_000, 500_000, 9));
        List<Second> timeline = timeline(2, samples);
        assertThat(timeline.getFirst().serviceCpus()).isEqualTo(0.5);
        assertThat(timeline.getFirst().threads()).isEqualTo(12);
        assertThat(timeline.get(1).serviceCpus()).isZero();
    }

    /** Two stacks take turns of two seconds. */
    @Test
    void onlySecondsOfItsOwnTurnsAreCounted() {
        request(0.5, 0.1, RequestClass.OK, 200);
        request(1.9, 0.4, RequestClass.OK, 200); // ends in the other stack's turn
        request(4.5, 0.1, RequestClass.OK, 200);
        long begin = (ORIGIN_EPOCH_MICROS + START) / 1000;
        List<Sample> samples = List.of(sample(begin + 1_000, 100_000, 10), sample(begin + 2_000, 300_000, 11),
                sample(begin + 4_000, 310_000, 11), sample(begin + 5_000, 710_000, 12));
        List<Second> timeline = timeline(5, new Turns(2, Duration.ofSeconds(2)), samples);
        assertThat(timeline).extracting(Second::planned).containsExactly(1L, 1L, 1L);
        assertThat(timeline).extracting(Second::inFlight).as("at the end of each").containsExactly(0, 1, 0);
        assertThat(timeline).extracting(Second::serviceCpus).containsExactly(0.0, 0.2, 0.4);
    }

    private static Sample sample(long epochMillis, long cpuMicros, int threads, Task... tasks) {
        return new Sample(epochMillis, Map.of(Role.SERVICE, new ProcessUsage(cpuMicros, 1 << 20, threads)),
                List.of(tasks));
    }

    @Test
    void threadsAreThoseOfTheLastLookInItsSecond() {
        request(0.5, 0.1, RequestClass.OK, 200);
        long begin = (ORIGIN_EPOCH_MICROS + START) / 1000;
        Task worker = new Task(1, "http-nio-127.0.");
        Task acceptor = new Task(2, "http-nio-127.0.");
        Task collector = new Task(3, "GC Thread#0");
        Task ended = new Task(4, "http-nio-127.0.");
        Task unnamed = new Task(5, null);
        List<Second> timeline = timeline(3, List.of(sample(begin, 0, 1, worker), sample(begin + 250, 1, 5),
                sample(begin + 1_000, 2, 5, worker, acceptor, collector, ended, unnamed), sample(begin + 1_500, 3, 5),
                sample(begin + 2_400, 4, 5), sample(begin + 2_600, 5, 5)));
        assertThat(timeline).extracting(Second::threadsByRole)
                .containsExactly(
                        Map.of("acceptor", 1, "gc-compiler", 1, "other", 1, "request-worker", 2),
                        Map.of("acceptor", 1, "gc-compiler", 1, "other", 1, "request-worker", 2), Map.of());
    }

    @Test
    void recoveredIsWhoAnswersAsBeforeToTheEnd() {
        List<Second> timeline = new ArrayList<>();
        for (int second = 0; second < 20; second++) {
            boolean failing = second >= 5 && second < 8;
            double p99 = second == 10 ? 500 : second == 11 ? 190 : 100;
            timeline.add(
                    new Second(second, 100, failing ? Map.of("503", 100L) : Map.of("ok", 100L), 50, p99, p99, 0, false,
                            5, 1,
                            1, 1, Map.of()));
        }
        assertThat(Timeline.recoverySeconds(timeline, 5, 7)).as("second 10 was slow again, 11 is within twice")
                .hasValue(4);
        assertThat(Timeline.recoverySeconds(timeline, 5, 12)).hasValue(0);
        timeline.add(new Second(20, 100, Map.of("ok", 99L, "timeout", 1L), 50, 100, 100, 0, false, 5, 1, 1, 1,
                Map.of()));
        assertThat(Timeline.recoverySeconds(timeline, 5, 7)).as("not to the end").isEmpty();
    }

    @Test
    void aColdStartIsOverWhenFiveSecondsTogetherAreNearTheEnd() {
        for (int second = 0; second < 30; second++) {
            for (int request = 0; request < 50; request++) {
                double seconds = second < 7 ? 2.0 : second < 9 ? 0.21 : 0.1;
                request(second + request / 50.0, seconds, second == 3 ? RequestClass.TIMEOUT : RequestClass.OK, 200);
            }
        }
        RequestLog client = new RequestLog(ORIGIN_EPOCH_MICROS, 1, requests.size(), OptionalLong.of(START),
                OptionalLong.of(START + 30 * SECOND), requests);
        assertThat(Timeline.steadyAfterSeconds(client)).as("0.21 s is more than twice of 0.1").hasValue(9);
    }

    @Test
    void aSecondInWhichTheGeneratorWasLateIsMarked() {
        request(0.5, 0.1, RequestClass.OK, 200);
        lateRequest(1.5);
        assertThat(timeline(2, List.of())).extracting(Second::generatorLate).containsExactly(false, true);
        assertThat(twoSeconds(false).latency().count()).as("the other one's").isEqualTo(1);
        assertThat(twoSeconds(false).requests().ok()).isEqualTo(2);
        assertThat(twoSeconds(true).latency().count()).as("of accounting only nothing is left out").isEqualTo(2);
    }

    private RunFigures twoSeconds(boolean quick) {
        return new RunFigures(ScenarioFile.named(Scenario.BASELINE), Turns.NONE,
                new RequestLog(ORIGIN_EPOCH_MICROS, 1, requests.size(), OptionalLong.of(START),
                        OptionalLong.of(START + 2 * SECOND), requests),
                List.of(), ROLES, quick);
    }

    /** The load is higher from second 10 to 15. */
    @Test
    void goodputIsThatOfTheSecondsInWhichTheGeneratorWasInTime() {
        request(9.5, 0.1, RequestClass.OK, 200);
        request(10.5, 0.1, RequestClass.OK, 200);
        lateRequest(11.5);
        request(12.5, 0.1, RequestClass.OK, 200);
        request(12.6, 0.6, RequestClass.OK, 200); // too slow for the objective
        request(13.5, 0.1, RequestClass.STATUS, 503);
        request(14.5, 0.1, RequestClass.OK, 200);
        request(15.5, 0.1, RequestClass.OK, 200);
        assertThat(spike().goodputPerSecond()).as("three in four seconds").isEqualTo(0.75);
        requests.clear();
        for (int second = 10; second < 15; second++) {
            lateRequest(second + 0.5);
        }
        assertThat(spike().goodputPerSecond()).as("nobody knows").isNull();
    }

    private void lateRequest(double dueSeconds) {
        request(dueSeconds, 0.1, RequestClass.OK, 200);
        RequestRecord late = requests.removeLast();
        requests.add(new RequestRecord(late.n(), late.phase(), late.key(), late.intendedMicros(), late.startMicros(),
                late.endMicros(), late.requestClass(), late.status(), 60_000));
    }

    private RunFigures spike() {
        return new RunFigures(ScenarioFile.named("spike"), Turns.NONE, new RequestLog(ORIGIN_EPOCH_MICROS, 1,
                requests.size(), OptionalLong.of(START), OptionalLong.of(START + 35 * SECOND), requests), List.of(),
                ROLES, false);
    }
}
