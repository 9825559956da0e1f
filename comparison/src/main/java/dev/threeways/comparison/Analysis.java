package dev.threeways.comparison;

import dev.threeways.comparison.Result.Comparison;
import dev.threeways.comparison.Result.Run;
import dev.threeways.comparison.Result.Spread;
import dev.threeways.comparison.Result.StackSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From runs to figures. Invalid runs are in none of them. */
final class Analysis {

    private Analysis() {}

    static List<StackSummary> summary(List<StackSpec> stacks, List<Run> runs) {
        return stacks.stream().map(stack -> summary(stack.label(), of(stack.label(), runs))).toList();
    }

    private static StackSummary summary(String label, List<Run> all) {
        List<Run> valid = all.stream().filter(Run::valid).toList();
        Map<String, Spread> metrics = new LinkedHashMap<>();
        Metric.ALL.forEach(metric -> metric.over(valid).ifPresent(spread -> metrics.put(metric.id(), spread)));
        Latencies merged = Latencies
                .merged(valid.stream().map(run -> Latencies.decoded(run.latencyMillis().histogram())).toList());
        return new StackSummary(label, valid.size(), all.size() - valid.size(), merged.summary(), metrics);
    }

    /**
     * CPU per request of each stack, compared with each that comes before it.
     *
     * @param judged whether the figures are good for a verdict
     */
    static List<Comparison> cpuRatios(List<StackSpec> stacks, List<Run> runs, boolean judged) {
        List<Comparison> ratios = new ArrayList<>();
        for (int denominator = 0; denominator < stacks.size(); denominator++) {
            for (int numerator = denominator + 1; numerator < stacks.size(); numerator++) {
                String one = stacks.get(numerator).label();
                String other = stacks.get(denominator).label();
                compare(one, other, runs, judged).ifPresent(ratios::add);
            }
        }
        return ratios;
    }

    private static Optional<Comparison> compare(String one, String other, List<Run> runs, boolean judged) {
        List<Double> numerators = new ArrayList<>();
        List<Double> denominators = new ArrayList<>();
        for (Run run : of(one, runs)) {
            of(other, runs).stream().filter(pair -> pair.round() == run.round() && pair.valid() && run.valid())
                    .forEach(pair -> {
                        numerators.add(run.perRequest().serviceCpuMillis());
                        denominators.add(pair.perRequest().serviceCpuMillis());
                    });
        }
        return Ratio.of(numerators, denominators).map(ratio -> new Comparison(one, other, ratio.rounds(), ratio.mean(),
                ratio.low(), ratio.high(), judged ? ratio.verdict().text() : null, ratio.isPreliminary()));
    }

    private static List<Run> of(String label, List<Run> runs) {
        return runs.stream().filter(run -> run.stack().equals(label)).toList();
    }
}
