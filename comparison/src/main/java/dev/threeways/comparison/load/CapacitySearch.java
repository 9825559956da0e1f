package dev.threeways.comparison.load;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the highest rate at which a service still meets the objective: 99 % of requests within
 * {@link LoadGenerator#SLOW}, fewer than one in a thousand failed. The search climbs a ladder of rates until two rungs
 * in a row break it, since a disturbance of a second may break one. The highest good rung is then held for longer, and
 * the next lower one each time it does not hold.
 */
public final class CapacitySearch {

    /** Seconds' worth of requests that may be in flight: a growing queue shows as slow only when its requests end. */
    private static final double MAX_BEHIND_SECONDS = 2;

    private final double[] rates;

    private final List<Result.Rung> rungs = new ArrayList<>();

    private LoadGenerator.Progress last = LoadGenerator.Progress.NONE;

    /** @param rates of the rungs, in requests a second */
    CapacitySearch(double[] rates) {
        this.rates = rates.clone();
    }

    /** Is told the outcome of each rung, and the generator's progress. */
    public interface Watcher {

        void climbed(Result.Rung rung, LoadGenerator.Progress now);
    }

    /**
     * Watches a generator climb, until two rungs in a row have broken the objective or the highest rate met it.
     *
     * @param generator whose schedule is the {@link #ladder} of these rates
     * @param startEpochMillis when the schedule begins
     * @param alive checks the other processes
     */
    public static CapacitySearch climb(double[] rates, LoadGenerator generator, long startEpochMillis,
            Generators.Check alive,
            Watcher watcher) throws Exception {
        CapacitySearch search = new CapacitySearch(rates);
        boolean goesOn = true;
        while (goesOn) {
            alive.require();
            if (!generator.process().isAlive()) {
                throw generator.process().failure("died while the highest rate was searched for");
            }
            generator.awaitReport();
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
    public static double[] rates(double from, double to, double factor) {
        List<Double> rates = new ArrayList<>();
        for (double rate = from; rate < to; rate *= factor) {
            rates.add(rate);
        }
        rates.add(to);
        return rates.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Returns all rungs as steps, though few searches get so far. */
    public static List<Scenario.Step> ladder(double[] rates) {
        List<Scenario.Step> steps = new ArrayList<>();
        for (double rate : rates) {
            steps.add(new Scenario.Step(Result.Capacity.RUNG, rate));
        }
        return steps;
    }

    /**
     * Is called again and again while the ladder is climbed.
     *
     * @return false when the search is over
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

    public static Result.Rung rung(double rate, LoadGenerator.Progress from, LoadGenerator.Progress to) {
        long ended = to.measuredEnded() - from.measuredEnded();
        long failed = to.measuredFailed() - from.measuredFailed();
        long slow = to.measuredSlow() - from.measuredSlow();
        boolean keepsUp = to.sent() - to.completed() <= rate * MAX_BEHIND_SECONDS;
        Result.Rung unjudged = new Result.Rung(rate, ended, failed, slow, false);
        return new Result.Rung(rate, ended, failed, slow, ended > 0 && keepsUp && unjudged.endedWell());
    }

    public List<Result.Rung> rungs() {
        return List.copyOf(rungs);
    }

    /** Returns the rate of the highest good rung; that of a rung below the lowest if none is good. */
    public double rate() {
        return rungs.stream()
                .filter(Result.Rung::isGood)
                .mapToDouble(Result.Rung::ratePerSecond)
                .max()
                .orElse(rates.length == 1 ? rates[0] : rates[0] * rates[0] / rates[1]);
    }
}
