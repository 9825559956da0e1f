package dev.threeways.comparison.run;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.gatling.RequestLog;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reasons to doubt a capacity. */
final class CapacityWarnings {

    private CapacityWarnings() {}

    /**
     * Warns if the generator lagged where the objective was broken. The generator may then have broken it, and the
     * service may sustain more than was found, but not less.
     *
     * @param clients the generators' request logs: the search's first, then each hold's
     */
    static List<String> lateGenerator(Result.Capacity capacity, List<RequestLog> clients) {
        List<String> late = new ArrayList<>();
        int rungSeconds = (int) Result.Capacity.RUNG.toSeconds();
        for (int rung = capacity.rungs().size() - 1; rung >= 0 && !capacity.rungs().get(rung).isGood(); rung--) {
            addLate(late, capacity.rungs().get(rung), clients.getFirst(), rung * rungSeconds, (rung + 1) * rungSeconds);
        }
        for (int hold = 0; hold < capacity.holds().size(); hold++) {
            if (!capacity.holds().get(hold).isGood()) {
                addLate(late, capacity.holds().get(hold), clients.get(hold + 1), 0, Integer.MAX_VALUE);
            }
        }
        return late;
    }

    private static void addLate(List<String> late, Result.Rung failed, RequestLog client, int from, int to) {
        long seconds = Timeline.lateSeconds(client, from, to);
        if (seconds > 0) {
            late.add(String.format(Locale.ROOT,
                    "the generator was late in %d s of those in which %.0f requests/s did not "
                            + "meet the objective: the service may bear more than was found",
                    seconds, failed.ratePerSecond()));
        }
    }

    /** Warns if a load meant to exceed the service's capacity was answered in full. */
    static Optional<String> tooLow(Scenario scenario, Result.Requests requests) {
        double most = scenario.steps().stream().mapToDouble(Scenario.Step::times).max().orElse(1);
        return scenario.search() == Scenario.Search.CAPACITY && most > 1 && requests.ok() == requests.planned()
                ? Optional.of("every request was answered at "
                        + BigDecimal.valueOf(most).stripTrailingZeros().toPlainString()
                        + " times the rate that was found: the service bears more, and this was less of an overload than it "
                        + "should be")
                : Optional.empty();
    }
}
