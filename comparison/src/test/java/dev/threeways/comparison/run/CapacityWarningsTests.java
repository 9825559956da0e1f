package dev.threeways.comparison.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.gatling.RequestClass;
import dev.threeways.gatling.RequestLog;
import dev.threeways.gatling.RequestPhase;
import dev.threeways.gatling.RequestRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CapacityWarningsTests {

    @Test
    void generatorThatWasLateWhereTheObjectiveWasBrokenIsTold() {
        Result.Rung good = new Result.Rung(100, 600, 0, 0, true);
        Result.Rung bad = new Result.Rung(112, 672, 0, 90, false);
        Result.Rung worse = new Result.Rung(125, 750, 0, 300, false);
        var searched = new Result.Capacity(100, true, List.of(bad, good, bad, worse), List.of(bad, good));
        RequestLog inTime = ledger(24, -1);
        assertThat(CapacityWarnings.lateGenerator(searched, List.of(inTime, inTime, inTime))).isEmpty();
        assertThat(CapacityWarnings.lateGenerator(searched, List.of(ledger(24, 11), inTime, ledger(12, 3))))
                .as("below a good rung, on it and in a good hold it does not matter")
                .isEmpty();
        assertThat(CapacityWarnings.lateGenerator(searched, List.of(ledger(24, 5), inTime, inTime))).isEmpty();
        assertThat(CapacityWarnings.lateGenerator(searched, List.of(ledger(24, 23), inTime, inTime)))
                .containsExactly("the generator was late in 1 s of those in which 125 requests/s did not meet the "
                        + "objective: the service may bear more than was found");
        assertThat(CapacityWarnings.lateGenerator(searched, List.of(ledger(24, 12), ledger(12, 0), inTime)))
                .containsExactly("the generator was late in 1 s of those in which 112 requests/s did not meet the "
                        + "objective: the service may bear more than was found",
                        "the generator was late in 1 s of "
                                + "those in which 112 requests/s did not meet the objective: the service may bear "
                                + "more than was found");
        assertThat(CapacityWarnings.lateGenerator(new Result.Capacity(100, true, List.of(good), List.of()),
                List.of(ledger(6, 3)))).as("the ladder had no more rungs").isEmpty();
    }

    @Test
    void overloadThatWasAllAnsweredIsTold() {
        Scenario overload = ScenarioFile.named("overload");
        assertThat(CapacityWarnings.tooLow(overload, requests(1_000, 1_000))).get()
                .asString()
                .startsWith("every request was answered at 2 times the rate that was found");
        assertThat(CapacityWarnings.tooLow(overload, requests(1_000, 999))).isEmpty();
        assertThat(CapacityWarnings.tooLow(ScenarioFile.named("capacity"), requests(1_000, 1_000))).isEmpty();
        assertThat(CapacityWarnings.tooLow(ScenarioFile.named("spike"), requests(1_000, 1_000))).isEmpty();
    }

    private static Result.Requests requests(long planned, long ok) {
        return new Result.Requests(planned, planned, ok, Map.of(), Map.of(), 0);
    }

    /** Returns a log with one request per second. */
    private static RequestLog ledger(int seconds, int lateSecond) {
        List<RequestRecord> requests = new ArrayList<>();
        for (int second = 0; second < seconds; second++) {
            long due = second * 1_000_000L;
            long lag = second == lateSecond ? 60_000 : 500;
            requests.add(new RequestRecord(second, RequestPhase.MEASURE, "k-" + second, OptionalLong.of(due),
                    OptionalLong.of(due + lag), OptionalLong.of(due + lag + 100), RequestClass.OK, 200, lag));
        }
        return new RequestLog(0, 1, seconds, OptionalLong.of(0), OptionalLong.of(seconds * 1_000_000L), requests);
    }
}
