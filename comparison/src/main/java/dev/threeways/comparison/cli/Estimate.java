package dev.threeways.comparison.cli;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.Plan;
import dev.threeways.comparison.scenario.Scenario;
import java.time.Duration;

/**
 * How much a comparison will measure and how long that takes at most, before anything is known.
 *
 * @param blocks fewest, where a precision decides; else as many as are planned
 * @param time if each warm-up takes all it may; the budget, where a precision decides
 */
record Estimate(int blocks, Duration time) {

    /** Highest rate a search is thought to reach, relative to the rate where it begins. */
    private static final double SEARCHED_TIMES = 10;

    static Estimate of(Scenario scenario, Plan plan, int stacks) {
        Duration block = run(scenario, plan).multipliedBy(stacks);
        if (plan.precision() != null) {
            Duration least = block.multipliedBy(plan.minBlocks());
            return new Estimate(plan.minBlocks(), least.compareTo(plan.budget()) > 0 ? least : plan.budget());
        }
        int blocks = plan.blocks() != null
                ? plan.blocks()
                : Math.max(plan.minBlocks(), (int) plan.budget().dividedBy(block));
        return new Estimate(blocks, block.multipliedBy(blocks));
    }

    private static Duration run(Scenario scenario, Plan plan) {
        Duration warmUp = scenario.warm() ? plan.warmUpLimit() : Duration.ZERO;
        return warmUp.plus(search(scenario, plan)).plus(scenario.duration()).plus(Experiment.RUN_OVERHEAD);
    }

    private static Duration search(Scenario scenario, Plan plan) {
        return switch (scenario.search()) {
            case NOTHING -> Duration.ZERO;
            case CAPACITY, CAPACITY_TO_HOLD -> Result.Capacity.RUNG.multipliedBy(Math.round(
                    Math.log(SEARCHED_TIMES) / Math.log(Result.Capacity.step(plan.quick()))));
        };
    }

    Estimate plus(Estimate other) {
        return new Estimate(blocks + other.blocks, time.plus(other.time));
    }

    /** Returns the time in minutes, rounded up. */
    long minutes() {
        return time.plusSeconds(59).toMinutes();
    }

    /** Returns the time as a person would say it. */
    String text() {
        return minutes() < 120 ? minutes() + " min" : Math.round(minutes() / 60.0) + " h";
    }
}
