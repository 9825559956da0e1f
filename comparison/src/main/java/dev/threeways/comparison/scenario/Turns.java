package dev.threeways.comparison.scenario;

import dev.threeways.comparison.scenario.Scenario.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Stacks of a block run at the same time and are loaded in turns of some seconds. What disturbs the machine for longer
 * disturbs all of them alike.
 *
 * @param stacks that take turns; a single one is loaded all the time
 * @param length of a turn
 */
public record Turns(int stacks, Duration length) {

    public static final Turns NONE = new Turns(1, Duration.ZERO);

    public boolean areTaken() {
        return stacks > 1;
    }

    /** Spreads a load, with silence for the other stacks' turns. */
    public List<Step> spread(List<Step> steps) {
        if (!areTaken()) {
            return steps;
        }
        List<Step> spread = new ArrayList<>();
        for (Step step : steps) {
            Duration left = step.duration();
            while (left.isPositive()) {
                if (!spread.isEmpty()) {
                    spread.add(new Step(length.multipliedBy(stacks - 1L), 0));
                }
                Duration turn = left.compareTo(length) < 0 ? left : length;
                spread.add(new Step(turn, step.times()));
                left = left.minus(turn);
            }
        }
        return spread;
    }

    /**
     * Returns how long a stack has been loaded.
     *
     * @param micros since the beginning of its first turn
     */
    public long loadedMicros(long micros) {
        if (!areTaken() || micros < 0) {
            return micros;
        }
        long turn = length.toNanos() / 1000;
        long round = turn * stacks;
        return micros / round * turn + Math.min(micros % round, turn);
    }

    /**
     * Inverts {@link #loadedMicros}: between two turns, it returns the beginning of the second, not the end of the
     * first.
     */
    public long sinceBeginMicros(long loadedMicros) {
        if (!areTaken()) {
            return loadedMicros;
        }
        long turn = length.toNanos() / 1000;
        return loadedMicros / turn * turn * stacks + loadedMicros % turn;
    }
}
