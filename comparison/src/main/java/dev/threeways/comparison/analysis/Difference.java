package dev.threeways.comparison.analysis;

import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.StackSummary;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Turns;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.process.Machine;
import dev.threeways.lab.statistics.Family.Judgement;
import dev.threeways.lab.statistics.Family;
import dev.threeways.lab.statistics.LogRatio;
import dev.threeways.lab.statistics.Margin;
import dev.threeways.lab.statistics.PairedRatio;
import dev.threeways.lab.statistics.UnpairedRatio;
import dev.threeways.lab.statistics.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.statistics.descriptive.Median;

/**
 * The change from one result to another of the same design: for each stack and headline metric, the ratio of the second
 * to the first. Forks are not paired, so intervals are wider than within a comparison. They include what else changed
 * between the two days.
 *
 * @param notes what to know before the rows: machines that differ, stacks in one result only, failures
 * @param worse what is worse without any ratio: new invalid forks, new failures, or a figure that became zero or is no
 *     longer held
 * @param rows by stack, then metric
 */
public record Difference(List<String> notes, List<String> worse, List<Row> rows) {

    /** Fewest forks of each result for an interval. */
    private static final int LEAST_FORKS = 2;

    /** What the interval permits to say. */
    public enum Change {
        WORSE("worse"),
        BETTER("better"),
        EQUIVALENT(Verdict.EQUIVALENT.text()),
        NOT_SHOWN(Verdict.NO_DIFFERENCE_SHOWN.text());

        private final String text;

        Change(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        private static Change of(Metric metric, Judgement judgement) {
            return switch (judgement.verdict()) {
                case DIFFERENT -> judgement.ratio().logMean() > 0 == metric.isMoreBetter() ? BETTER : WORSE;
                case EQUIVALENT -> EQUIVALENT;
                case NO_DIFFERENCE_SHOWN -> NOT_SHOWN;
            };
        }
    }

    /**
     * @param forks valid forks of the first result
     * @param otherForks valid forks of the second
     * @param judgement of the second's figures divided by the first's
     */
    public record Row(String stack, Metric metric, int forks, int otherForks, Judgement judgement, Change change) {

        /** Whether there are fewer forks than a verdict should stand on. */
        public boolean isPreliminary() {
            return Math.min(forks, otherForks) < PairedRatio.ENOUGH_BLOCKS;
        }
    }

    private record Key(String stack, Metric metric) {}

    /**
     * @param difference the smallest difference that matters: 0.05 is 5 %
     * @throws UsageException if the two are not of one design, are not to be judged, or have too few forks. Invalid
     *     forks of the second are no wrong usage, but worse
     */
    public static Difference between(Result first, Result second, double difference) {
        requireJudged(first, "A");
        requireJudged(second, "B");
        requireSameDesign(first, second);
        List<String> stacks = common(first, second);
        Map<Key, LogRatio> ratios = new LinkedHashMap<>();
        for (String stack : stacks) {
            requireForks(first, "A", stack, valid(first, stack).size());
            requireForks(second, "B", stack, forks(second, stack).size());
            for (Metric metric : Metric.headlines(first)) {
                List<Double> before = values(first, stack, metric);
                List<Double> after = values(second, stack, metric);
                if (Math.min(before.size(), after.size()) >= metric.blocksForInterval()
                        && Stream.concat(before.stream(), after.stream()).allMatch(value -> value > 0)) {
                    UnpairedRatio.of(after, before)
                            .ifPresent(ratio -> ratios.put(new Key(stack, metric), metric.ratio(ratio)));
                }
            }
        }
        List<Row> rows = new ArrayList<>();
        family(first, second, Margin.of(difference)).judge(ratios)
                .forEach((key, judgement) -> rows.add(new Row(key.stack(), key.metric(),
                        valid(first, key.stack()).size(), valid(second, key.stack()).size(), judgement,
                        Change.of(key.metric(), judgement))));
        return new Difference(notes(first, second, stacks), worse(first, second, stacks), rows);
    }

    public boolean hasRegression() {
        return !worse.isEmpty() || rows.stream().anyMatch(row -> row.change() == Change.WORSE);
    }

    /** Results that end when intervals are narrow may have ended because their spread happened to look small. */
    private static Family family(Result first, Result second, Margin margin) {
        return first.settings().plan().precision() == null && second.settings().plan().precision() == null
                ? Family.ofFixedSize(margin)
                : Family.ofSequentialSize(margin);
    }

    private static List<String> worse(Result first, Result second, List<String> stacks) {
        List<String> worse = new ArrayList<>();
        for (String stack : stacks) {
            addInvalid(worse, first, second, stack);
            double before = failedInMedianFork(first, stack);
            double after = failedInMedianFork(second, stack);
            // A search goes on until requests fail: the question is at which rate they do.
            if (first.settings().scenario().search() == Scenario.Search.NOTHING
                    && before <= Analysis.MAX_FAILED_PER_THOUSAND
                    && after > Analysis.MAX_FAILED_PER_THOUSAND) {
                worse.add(String.format(Locale.ROOT,
                        "%s: %.1f of 1,000 requests fail in the median fork of B, and %.1f in that of A", stack, after,
                        before));
            }
            for (Metric metric : Metric.headlines(first)) {
                long nothing = nothing(second, stack, metric);
                if (metric.isMoreBetter() && nothing > 0 && nothing(first, stack, metric) == 0) {
                    worse.add(stack + ": " + metric.title() + " is 0 or was not held in " + nothing + " of "
                            + valid(second, stack).size() + " forks of B, and in none of A");
                }
            }
        }
        return worse;
    }

    /** Invalid forks are in no figure: the others of a service that dies in most might look as good as ever. */
    private static void addInvalid(List<String> worse, Result first, Result second, String stack) {
        List<Run> invalid = invalid(second, stack);
        int before = invalid(first, stack).size();
        if (!invalid.isEmpty() && (before == 0 || valid(second, stack).size() < LEAST_FORKS)) {
            worse.add(String.format(Locale.ROOT, "%s: %d of %d forks of B %s invalid, and %s of A: %s", stack,
                    invalid.size(), forks(second, stack).size(), invalid.size() == 1 ? "is" : "are",
                    before == 0 ? "none" : before + " of " + forks(first, stack).size(), firstProblem(invalid)));
        }
    }

    /** Returns the first problem, without the log of a service that died. */
    private static String firstProblem(List<Run> invalid) {
        return invalid.stream()
                .flatMap(run -> run.problems().stream())
                .flatMap(String::lines)
                .findFirst()
                .orElse("it is not said why");
    }

    /** Returns failed requests of a thousand; not a number if there is no valid fork. */
    private static double failedInMedianFork(Result result, String stack) {
        return Median.withDefaults()
                .evaluate(
                        valid(result, stack).stream()
                                .mapToDouble(run -> run.client().requests().failedPerThousand())
                                .toArray());
    }

    /**
     * Counts forks whose figure is nothing. A rate that was not held counts: the service caused it. Unknown goodput
     * does not: the generator did.
     */
    private static long nothing(Result result, String stack, Metric metric) {
        return valid(result, stack).stream()
                .filter(metric.equals(Metric.CAPACITY) ? run -> metric.value(run) <= 0 : metric::isZero)
                .count();
    }

    private static void requireJudged(Result result, String name) {
        if (result.stamp() != null) {
            throw new UsageException(
                    name + " was a quick run (" + result.stamp() + "): its figures cannot be compared");
        }
    }

    /** Returns what has to be the same; else the ratio would be that of the designs. */
    private static Map<String, Object> design(Result result) {
        Settings settings = result.settings();
        Scenario scenario = settings.scenario();
        Turns turns = settings.turns();
        Map<String, Object> design = new LinkedHashMap<>();
        design.put("scenario", scenario.name());
        design.put("requests a second", scenario.rate());
        design.put("steps", scenario.steps());
        design.put("search", scenario.search());
        design.put("warm", scenario.warm());
        design.put("turn, ms", turns.length().toMillis());
        // What a service uses while it waits for its turn is counted, and it waits for every other stack.
        design.put("stacks side by side", turns.stacks());
        design.put("faults", scenario.faults());
        design.put("topology", scenario.topology());
        design.put("payment median, ms", scenario.paymentMedian().toMillis());
        design.put("payment p99, ms", scenario.paymentP99().toMillis());
        design.put("payment answer, bytes", scenario.answerBytes());
        design.put("database wait, ms", scenario.databaseWait().toMillis());
        design.put("properties of services", scenario.service());
        design.put("heap", settings.heap());
        design.put("CPUs", settings.cpus().mode());
        design.put("CPUs of the service", settings.cpus().service().size());
        design.put("CPUs of the others", settings.cpus().others().size());
        design.put("database", settings.database() == null ? "embedded" : settings.database());
        design.put("payment API", settings.paymentUrl() == null ? "simulator" : settings.paymentUrl());
        return design;
    }

    /** Returns how each stack differs from the scenario: a variant of the same name may be another. */
    private static Map<String, Object> variants(Result result, List<String> stacks) {
        Map<String, Object> variants = new LinkedHashMap<>();
        result.settings().stacks().stream().filter(stack -> stacks.contains(stack.label())).forEach(stack -> {
            variants.put("properties of '" + stack.label() + "'", stack.properties());
            variants.put("database wait of '" + stack.label() + "'", String.valueOf(stack.databaseWait()));
        });
        return variants;
    }

    private static void requireSameDesign(Result first, Result second) {
        List<String> differing = new ArrayList<>(differing(design(first), design(second)));
        List<String> common = common(first, second);
        differing.addAll(differing(variants(first, common), variants(second, common)));
        if (!differing.isEmpty()) {
            throw new UsageException("A and B are not of one design: " + String.join("; ", differing));
        }
    }

    private static List<String> differing(Map<String, Object> one, Map<String, Object> other) {
        return one.entrySet()
                .stream()
                .filter(entry -> !entry.getValue().equals(other.get(entry.getKey())))
                .map(entry -> entry.getKey() + " " + entry.getValue() + " in A, " + other.get(entry.getKey()) + " in B")
                .toList();
    }

    private static List<String> common(Result first, Result second) {
        List<String> others = labels(second);
        List<String> common = labels(first).stream().filter(others::contains).toList();
        if (common.isEmpty()) {
            throw new UsageException("No stack is in both: A has " + String.join(", ", labels(first)) + ", B has "
                    + String.join(", ", others));
        }
        return common;
    }

    private static List<String> labels(Result result) {
        return result.summary().stream().map(StackSummary::stack).toList();
    }

    private static void requireForks(Result result, String name, String stack, int forks) {
        if (forks < LEAST_FORKS) {
            int valid = valid(result, stack).size();
            throw new UsageException(
                    name + " has " + valid + " valid " + (valid == 1 ? "fork" : "forks") + " of '" + stack
                            + "', and an interval takes " + LEAST_FORKS);
        }
    }

    private static List<Run> forks(Result result, String stack) {
        return result.runs().stream().filter(run -> run.stack().equals(stack)).toList();
    }

    private static List<Run> valid(Result result, String stack) {
        return forks(result, stack).stream().filter(Run::isValid).toList();
    }

    private static List<Run> invalid(Result result, String stack) {
        return forks(result, stack).stream().filter(run -> !run.isValid()).toList();
    }

    private static List<Double> values(Result result, String stack, Metric metric) {
        return valid(result, stack).stream().map(metric::value).toList();
    }

    private static List<String> notes(Result first, Result second, List<String> stacks) {
        List<String> notes = new ArrayList<>();
        differing(machine(first), machine(second)).forEach(
                what -> notes.add("The machines differ, and so the ratios may be the machines': " + what));
        differing(Map.of("JVM options of the services", first.jvmOptions().getOrDefault("service", List.of())),
                Map.of("JVM options of the services", second.jvmOptions().getOrDefault("service", List.of())))
                .forEach(notes::add);
        for (String stack : labels(first)) {
            if (!stacks.contains(stack)) {
                notes.add("'" + stack + "' is in A only");
            }
        }
        for (String stack : labels(second)) {
            if (!stacks.contains(stack)) {
                notes.add("'" + stack + "' is in B only");
            }
        }
        for (String stack : stacks) {
            addFailures(notes, first, "A", stack);
            addFailures(notes, second, "B", stack);
        }
        for (Metric metric : Metric.headlines(first)) {
            List<String> missing = stacks.stream()
                    .filter(stack -> Math.min(values(first, stack, metric).size(),
                            values(second, stack, metric).size()) < metric.blocksForInterval())
                    .toList();
            if (!missing.isEmpty()) {
                notes.add("No " + metric.title() + " of " + String.join(", ", missing) + ": it takes "
                        + metric.blocksForInterval() + " forks of each");
            }
            stacks.stream()
                    .filter(stack -> Stream.concat(values(first, stack, metric).stream(),
                            values(second, stack, metric).stream()).anyMatch(value -> value <= 0))
                    .forEach(stack -> notes.add("No " + metric.title() + " of " + stack
                            + ": it is 0 or not known in some forks, and the others alone would flatter it"));
        }
        return notes;
    }

    private static Map<String, Object> machine(Result result) {
        Machine machine = result.machine();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("CPU", machine.cpuModel());
        figures.put("CPUs", machine.cpus());
        figures.put("bytes of memory", machine.memoryBytes());
        figures.put("kernel", machine.kernel());
        figures.put("JVM", machine.jvm());
        figures.put("database", result.database());
        return figures;
    }

    private static void addFailures(List<String> notes, Result result, String name, String stack) {
        int invalid = invalid(result, stack).size();
        if (invalid > 0) {
            notes.add(invalid + " runs of '" + stack + "' in " + name + " are invalid and not counted");
        }
        long planned = valid(result, stack).stream().mapToLong(run -> run.client().requests().planned()).sum();
        long ok = valid(result, stack).stream().mapToLong(run -> run.client().requests().ok()).sum();
        if (ok < planned) {
            notes.add((planned - ok) + " of " + planned + " requests to '" + stack + "' in " + name
                    + " were not answered as they should be: latency is that of the others");
        }
    }
}
