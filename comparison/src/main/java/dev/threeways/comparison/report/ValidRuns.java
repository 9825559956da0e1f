package dev.threeways.comparison.report;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.StackSummary;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.descriptive.Median;
import org.jspecify.annotations.Nullable;

/**
 * The valid runs of a result, and what its figures have in common.
 *
 * @param prefix of the figures' ids
 * @param runs of each stack, by block
 */
record ValidRuns(Result result, String prefix, Map<String, List<Run>> runs) {

    static ValidRuns of(Result result, String prefix) {
        Map<String, List<Run>> runs = new LinkedHashMap<>();
        for (StackSummary stack : result.summary()) {
            runs.put(stack.stack(), result.runs()
                    .stream()
                    .filter(run -> run.isValid() && run.stack().equals(stack.stack()))
                    .sorted(Comparator.comparingInt(Run::block))
                    .toList());
        }
        return new ValidRuns(result, prefix, runs);
    }

    String id(String name) {
        return prefix + name;
    }

    /** Says how many valid forks each stack has. */
    String forks() {
        return "Valid forks: " + String.join(", ",
                runs.entrySet().stream().map(stack -> stack.getKey() + " " + stack.getValue().size()).toList()) + ".";
    }

    static double median(List<@Nullable Double> values) {
        return rounded(Median.withDefaults()
                .evaluate(values.stream()
                        .filter(value -> value != null)
                        .mapToDouble(Double::doubleValue)
                        .toArray()));
    }

    /** Rounds to five significant digits, more than a picture shows. */
    static double rounded(double value) {
        return value == 0 || !Double.isFinite(value)
                ? value
                : BigDecimal.valueOf(value).round(new MathContext(5)).doubleValue();
    }
}
