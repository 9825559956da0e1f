package dev.threeways.comparison.scenario;

import dev.threeways.comparison.scenario.Scenario.Fault;
import dev.threeways.comparison.scenario.Scenario.Search;
import dev.threeways.comparison.scenario.Scenario.Step;
import java.util.List;

/** A metric that stacks are compared by. The others explain. */
public enum Headline {
    CPU("serviceCpuMillis"),
    CPU_WITH_COMPILER("serviceAndCompilerCpuMillis"),
    MEMORY("memoryMib"),
    P50("latencyP50Millis"),
    P99("latencyP99Millis"),
    CAPACITY("capacityPerSecond"),
    GOODPUT("goodputPerSecond");

    private final String id;

    Headline(String id) {
        this.id = id;
    }

    /**
     * Returns the metrics that stacks are compared by in a scenario, first the one that it decides by unless it names
     * another. After a fault, answers depend on the fault, and what matters is whether the records reconcile.
     */
    static List<Headline> of(Search search, List<Step> steps, List<Fault> faults, boolean warm) {
        if (search == Search.CAPACITY_TO_HOLD) {
            return List.of(CAPACITY, CPU, MEMORY);
        }
        if (!faults.isEmpty()) {
            return List.of(CPU, MEMORY);
        }
        if (!warm) {
            return List.of(CPU_WITH_COMPILER, MEMORY, P50, P99);
        }
        return steps.size() > 1 ? List.of(GOODPUT, CPU, MEMORY) : List.of(CPU, MEMORY, P50, P99);
    }

    /** Returns its name in {@code result.json}, which ends in its unit. */
    public String id() {
        return id;
    }
}
