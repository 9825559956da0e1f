package dev.threeways.comparison;

import dev.threeways.comparison.Result.Configuration;
import dev.threeways.comparison.Result.Run;
import dev.threeways.comparison.Result.StackSummary;
import dev.threeways.comparison.statistics.Family;
import dev.threeways.comparison.statistics.Family.Judgement;
import dev.threeways.comparison.statistics.LogRatio;
import dev.threeways.comparison.statistics.Margin;
import dev.threeways.comparison.statistics.UnpairedRatio;
import dev.threeways.comparison.statistics.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What changed from one result to another of the same design: for each stack and headline metric the ratio of the second to
 * the first. Their forks are not paired, so intervals are wider than within a comparison, and what else changed between the
 * two days is in them.
 *
 * @param notes what to know before the rows are read: machines that differ, stacks that are in one result only, failures
 * @param worse what is worse without any ratio: requests fail that did not, or a figure is zero that was not
 * @param rows by stack, then metric
 */
record Difference(List<String> notes, List<String> worse, List<Row> rows) {

    /** Without so many forks of each there is no interval. */
    private static final int LEAST_FORKS = 2;

    /** What the interval permits to say. */
    enum Change {
        WORSE("worse"), BETTER("better"), EQUIVALENT(Verdict.EQUIVALENT.text()), NOT_SHOWN(
                Verdict.NO_DIFFERENCE_SHOWN.text());

        private final String text;

        Change(String text) {
            this.text = text;
        }

        String text() {
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
     * @param forks valid ones of the first result
     * @param otherForks of the second
     * @param judgement of the second's figures divided by the first's
     */
    record Row(String stack, Metric metric, int forks, int otherForks, Judgement judgement, Change change) {

        /** Fewer forks than a verdict should stand on. */
        boolean isPreliminary() {
            return Math.min(forks, otherForks) < Analysis.ENOUGH_BLOCKS;
        }
    }

    private record Key(String stack, Metric metric) {}

    /**
     * @param difference the smallest that matters: 0.05 is 5 %
     * @throws UsageException if the two are not of one design, are not to be judged, or have too few forks
     */
    static Difference between(Result first, Result second, double difference) {
        requireJudged(first, "A");
        requireJudged(second, "B");
        requireSameDesign(first.settings(), second.settings());
        List<String> stacks = common(first, second);
        Map<Key, LogRatio> ratios = new LinkedHashMap<>();
        for (String stack : stacks) {
            requireForks(first, "A", stack);
            requireForks(second, "B", stack);
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
        Family.ofFixedSize(Margin.of(difference)).judge(ratios)
                .forEach((key, judgement) -> rows.add(new Row(key.stack(), key.metric(),
                        valid(first, key.stack()).size(), valid(second, key.stack()).size(), judgement,
                        Change.of(key.metric(), judgement))));
        return new Difference(notes(first, second, stacks), worse(first, second, stacks), rows);
    }

    boolean hasRegression() {
        return !worse.isEmpty() || rows.stream().anyMatch(row -> row.change() == Change.WORSE);
    }

    private static List<String> worse(Result first, Result second, List<String> stacks) {
        List<String> worse = new ArrayList<>();
        for (String stack : stacks) {
            double before = valid(first, stack).stream().mapToDouble(run -> run.requests().failedPerThousand()).max()
                    .orElse(0);
            double after = valid(second, stack).stream().mapToDouble(run -> run.requests().failedPerThousand()).min()
                    .orElse(0);
            // A search goes on until requests fail: it is asked at which rate they do.
            if (first.settings().search().equals("nothing") && before <= Analysis.MAX_FAILED_PER_THOUSAND
                    && after > Analysis.MAX_FAILED_PER_THOUSAND) {
                worse.add(String.format(Locale.ROOT,
                        "%s: at least %.1f of 1,000 requests fail in every fork of B, and at "
                                + "most %.1f in any of A",
                        stack, after, before));
            }
            for (Metric metric : Metric.headlines(first)) {
                long zero = zeros(second, stack, metric);
                if (metric.isMoreBetter() && zero > 0 && zeros(first, stack, metric) == 0) {
                    worse.add(stack + ": " + metric.title() + " is 0 in " + zero + " of " + valid(second, stack).size()
                            + " forks of B, and in none of A");
                }
            }
        }
        return worse;
    }

    private static long zeros(Result result, String stack, Metric metric) {
        return valid(result, stack).stream().filter(metric::isZero).count();
    }

    private static void requireJudged(Result result, String name) {
        if (result.stamp() != null) {
            throw new UsageException(
                    name + " was a quick run (" + result.stamp() + "): its figures cannot be compared");
        }
    }

    /** What has to be the same; else the ratio would be that of the designs. */
    private static Map<String, Object> design(Configuration settings) {
        Map<String, Object> design = new LinkedHashMap<>();
        design.put("scenario", settings.scenario());
        design.put("requests a second", settings.ratePerSecond());
        design.put("steps", settings.steps());
        design.put("search", settings.search());
        design.put("warm", settings.warm());
        design.put("seconds of a turn", settings.turnSeconds());
        design.put("faults", settings.faults());
        design.put("seconds", settings.durationSeconds());
        design.put("topology", settings.topology());
        design.put("payment median, ms", settings.paymentMedianMillis());
        design.put("payment p99, ms", settings.paymentP99Millis());
        design.put("payment answer, bytes", settings.answerBytes());
        design.put("database wait, ms", settings.databaseWaitMillis());
        design.put("properties of services", settings.serviceProperties());
        design.put("heap", settings.heap());
        design.put("CPUs", settings.cpus());
        design.put("CPUs of the service", settings.serviceCpus().size());
        design.put("CPUs of the others", settings.otherCpus().size());
        design.put("database", settings.databaseUrl());
        design.put("payment API", settings.paymentUrl());
        return design;
    }

    private static void requireSameDesign(Configuration first, Configuration second) {
        List<String> differing = differing(design(first), design(second));
        if (!differing.isEmpty()) {
            throw new UsageException("A and B are not of one design: " + String.join("; ", differing));
        }
    }

    private static List<String> differing(Map<String, Object> one, Map<String, Object> other) {
        return one.entrySet().stream().filter(entry -> !entry.getValue().equals(other.get(entry.getKey())))
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

    private static void requireForks(Result result, String name, String stack) {
        int forks = valid(result, stack).size();
        if (forks < LEAST_FORKS) {
            throw new UsageException(
                    name + " has " + forks + " valid " + (forks == 1 ? "fork" : "forks") + " of '" + stack
                            + "', and an interval takes " + LEAST_FORKS);
        }
    }

    private static List<Run> valid(Result result, String stack) {
        return result.runs().stream().filter(run -> run.valid() && run.stack().equals(stack)).toList();
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
        long invalid = result.runs().stream().filter(run -> run.stack().equals(stack) && !run.valid()).count();
        if (invalid > 0) {
            notes.add(invalid + " runs of '" + stack + "' in " + name + " are invalid and not counted");
        }
        long planned = valid(result, stack).stream().mapToLong(run -> run.requests().planned()).sum();
        long ok = valid(result, stack).stream().mapToLong(run -> run.requests().ok()).sum();
        if (ok < planned) {
            notes.add((planned - ok) + " of " + planned + " requests to '" + stack + "' in " + name
                    + " were not answered as they should be: latency is that of the others");
        }
    }
}
