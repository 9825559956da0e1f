package dev.threeways.comparison.run;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.gatling.RequestLog;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The highest rate at which a service still meets the objective: 99 % of requests within {@link LoadGenerator#SLOW}, fewer than
 * one in a thousand failed. Found by climbing a ladder of rates until two rungs in a row break it, since one may be broken by
 * a disturbance of a second; what the highest good rung promises is then held for longer, on a rung lower each time it does
 * not hold.
 */
final class CapacitySearch {

    /** The generator tells of itself in a file it replaces, several times a second: there is nothing to be woken by. */
    private static final Duration POLL = Duration.ofMillis(50);

    /** A queue that grows shows as slow only when its requests end: so many seconds' requests may be on their way. */
    private static final double MAX_BEHIND_SECONDS = 2;

    private final double[] rates;

    private final List<Result.Rung> rungs = new ArrayList<>();

    private LoadGenerator.Progress last = LoadGenerator.Progress.NONE;

    /** @param rates of the rungs, in requests a second */
    CapacitySearch(double[] rates) {
        this.rates = rates.clone();
    }

    /** Told what has become of a rung, and how far the generator is. */
    interface Watcher {

        void climbed(Result.Rung rung, LoadGenerator.Progress now);
    }

    /**
     * Watches a generator climb, until two rungs in a row have broken the objective or the highest rate met it.
     *
     * @param generator whose schedule is the {@link #ladder} of these rates
     * @param startEpochMillis when it begins
     * @param alive whoever else has to be
     */
    static CapacitySearch climb(double[] rates, LoadGenerator generator, long startEpochMillis, Generators.Check alive,
            Watcher watcher) throws Exception {
        CapacitySearch search = new CapacitySearch(rates);
        boolean goesOn = true;
        while (goesOn) {
            alive.require();
            if (!generator.process().isAlive()) {
                throw generator.process().failure("died while the highest rate was searched for");
            }
            Thread.sleep(POLL); // nobody tells when a file was replaced
            LoadGenerator.Progress now = generator.progress();
            if (now != null) {
                int before = search.rungs.size();
                goesOn = search.goesOn(now, startEpochMillis);
                if (search.rungs.size() > before) {
                    watcher.climbed(search.rungs.getLast(), now);
                }
            }
        }
        return search;
    }

    /** @param factor from rung to rung */
    static double[] rates(double from, double to, double factor) {
        List<Double> rates = new ArrayList<>();
        for (double rate = from; rate < to; rate *= factor) {
            rates.add(rate);
        }
        rates.add(to);
        return rates.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** All the rungs there are, though few get so far. */
    static List<Scenario.Step> ladder(double[] rates) {
        List<Scenario.Step> steps = new ArrayList<>();
        for (double rate : rates) {
            steps.add(new Scenario.Step(Result.Capacity.RUNG, rate));
        }
        return steps;
    }

    /**
     * To be called again and again while the ladder is climbed.
     *
     * @return false when there is nothing more to be learnt
     */
    boolean goesOn(LoadGenerator.Progress now, long startEpochMillis) {
        long rungEnd = startEpochMillis + (rungs.size() + 1) * Result.Capacity.RUNG.toMillis();
        if (now.epochMillis() < rungEnd) {
            return true;
        }
        boolean wasGood = rungs.isEmpty() || rungs.getLast().isGood();
        Result.Rung rung = rung(rates[rungs.size()], last, now);
        rungs.add(rung);
        last = now;
        boolean isHigherToCome = rungs.size() < rates.length && rates[rungs.size()] > rung.ratePerSecond();
        return rung.isGood() ? isHigherToCome : wasGood && rungs.size() < rates.length;
    }

    static Result.Rung rung(double rate, LoadGenerator.Progress from, LoadGenerator.Progress to) {
        long ended = to.measuredEnded() - from.measuredEnded();
        long failed = to.measuredFailed() - from.measuredFailed();
        long slow = to.measuredSlow() - from.measuredSlow();
        boolean keepsUp = to.sent() - to.completed() <= rate * MAX_BEHIND_SECONDS;
        Result.Rung unjudged = new Result.Rung(rate, ended, failed, slow, false);
        return new Result.Rung(rate, ended, failed, slow, ended > 0 && keepsUp && unjudged.endedWell());
    }

    /**
     * In words, if the generator was late where the objective was broken: then it may be the generator that broke it, and the
     * service may bear more than was found. It cannot bear less.
     *
     * @param clients the generators' books: of the search first, then of each hold
     */
    static List<String> lateWhereItFailed(Result.Capacity capacity, List<RequestLog> clients) {
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

    /** In words, if all of a load was answered that was to be more than the service bears. */
    static Optional<String> tooLow(Scenario scenario, Result.Requests requests) {
        double most = scenario.steps().stream().mapToDouble(Scenario.Step::times).max().orElse(1);
        return scenario.search() == Scenario.Search.CAPACITY && most > 1 && requests.ok() == requests.planned()
                ? Optional.of("every request was answered at "
                        + BigDecimal.valueOf(most).stripTrailingZeros().toPlainString()
                        + " times the rate that was found: the service bears more, and this was less of an overload than it "
                        + "should be")
                : Optional.empty();
    }

    List<Result.Rung> rungs() {
        return List.copyOf(rungs);
    }

    /** Of the highest good rung; a rung below the lowest if none is good. */
    double rate() {
        return rungs.stream()
                .filter(Result.Rung::isGood)
                .mapToDouble(Result.Rung::ratePerSecond)
                .max()
                .orElse(rates.length == 1 ? rates[0] : rates[0] * rates[0] / rates[1]);
    }
}
