package dev.threeways.comparison.analysis;

import dev.threeways.comparison.result.Outcome;
import dev.threeways.comparison.result.Result.Comparison;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.StackSummary;
import dev.threeways.comparison.result.Result.Status;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.ComparisonPlan;
import dev.threeways.comparison.scenario.ComparisonPlan.Variance;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.lab.statistics.Interval;
import dev.threeways.lab.statistics.Verdict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The findings of a comparison in sentences, made from its intervals and nothing else. What lies within the noise is
 * called undecided, with what it would take to decide it. No stack is ranked.
 *
 * @param first what has to be known before any figure is read: a quick run, an early end, invalid runs, failures
 * @param choice the recommendation, see {@link Choice}
 * @param statements one for each comparison by a headline metric, and for what could not be compared
 * @param also how sure the statements are, and what happened after the scenario's fault
 */
public record Findings(List<String> first, List<String> choice, List<Statement> statements, List<String> also) {

    private static final int MOST_DECIMALS = 4;

    /** Steal from which on a fork was, in effect, measured on another machine than the others. */
    private static final double MUCH_STEAL_PERCENT = 5;

    /** Part of the generator's rate up to which the generator is not what is measured. */
    private static final double CEILING_PART = 0.8;

    /** The kind of a statement, to be seen at a glance. */
    public enum Kind {
        DIFFERENT("different"),
        EQUIVALENT("equivalent"),
        NOT_SHOWN("not shown"),
        NOT_COMPARED("not compared");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * @param metric see {@link Metric#id()}
     * @param text a sentence or two
     */
    public record Statement(Kind kind, String metric, String text) {}

    /** How a sentence names what is compared: "needs 1.20 × the CPU per request of". */
    record Phrase(String verb, String noun) {}

    public static Findings of(Result result) {
        return new Findings(first(result), Choice.of(result), result.stamp() == null ? statements(result) : List.of(),
                also(result));
    }

    private static List<String> first(Result result) {
        List<String> first = new ArrayList<>();
        String stamp = result.stamp();
        if (stamp != null) {
            first.add("A quick run, " + stamp
                    + ". It shows whether the books balance and says nothing about speed: there "
                    + "is no verdict.");
        }
        if (result.status() == Status.RUNNING) {
            first.add("The comparison still runs: these are the figures so far.");
        } else if (result.status() != Status.COMPLETE) {
            first.add("The comparison ended early: "
                    + Objects.requireNonNullElse(result.failure(), "no reason is known"));
        }
        result.runs()
                .stream()
                .filter(run -> !run.isValid())
                .forEach(run -> first.add("The run of " + run.stack() + " in block " + run.block()
                        + " is invalid and in no figure: " + String.join("; ", run.problems())));
        ceiling(result).ifPresent(first::add);
        for (StackSummary stack : result.summary()) {
            failures(stack.stack(), valid(result, stack.stack())).ifPresent(first::add);
        }
        Double precision = result.settings().plan().precision();
        if (precision != null && result.status() == Status.COMPLETE
                && !Analysis.isPrecise(result, precision)) {
            first.add(
                    String.format(Locale.ROOT, "The budget ended before the intervals were as narrow as was asked for, "
                            + "%.1f %% to either side.", 100 * precision));
        }
        if (stamp == null) {
            for (StackSummary stack : result.summary()) {
                notSteady(stack.stack(), valid(result, stack.stack()), result.settings().scenario())
                        .ifPresent(first::add);
            }
        }
        return first;
    }

    /** Says what makes the figures of a stack less than they should be, and in how many of its forks. */
    private static Optional<String> notSteady(String stack, List<Run> runs, Scenario scenario) {
        List<String> what = new ArrayList<>();
        long cutOff = runs.stream().filter(run -> run.warmUp().ended() == Result.WarmUp.Ended.TIME_LIMIT).count();
        if (cutOff > 0) {
            what.add("the warm-up was cut off in " + cutOff + " of " + runs.size() + " forks");
        }
        double[] compiler = runs.stream()
                .mapToDouble(run -> run.window().compilerPercent())
                .filter(percent -> percent > Result.MeasuredWindow.MAX_COMPILER_PERCENT)
                .sorted()
                .toArray();
        if (scenario.warm() && compiler.length > 0) {
            what.add(String.format(Locale.ROOT,
                    "the JIT compiler still used up to %.0f %% of the CPU measured, more than "
                            + "%.0f %% in %d of %d forks",
                    compiler[compiler.length - 1], Result.MeasuredWindow.MAX_COMPILER_PERCENT,
                    compiler.length, runs.size()));
        }
        long seconds = runs.stream().mapToLong(run -> run.timeline().size()).sum();
        long late = runs.stream().flatMap(run -> run.timeline().stream()).filter(Result.Second::generatorLate).count();
        if (late > 0) {
            what.add("the generator was late in " + late + " of " + seconds
                    + " s, and what was due in them is in no latency");
        }
        double steal = runs.stream().mapToDouble(run -> run.window().stealPercent()).max().orElse(0);
        if (steal > MUCH_STEAL_PERCENT) {
            what.add(String.format(Locale.ROOT, "the machine's host took up to %.0f %% of its CPU time in a fork",
                    steal));
        }
        return what.isEmpty() ? Optional.empty() : Optional.of(stack + ": " + String.join("; ", what) + ".");
    }

    /** Says where the generator may have been what was measured. */
    private static Optional<String> ceiling(Result result) {
        Result.Ceiling ceiling = result.ceiling();
        Scenario scenario = result.settings().scenario();
        double times = scenario.steps().stream().mapToDouble(Scenario.Step::times).max().orElse(0);
        double found = result.runs()
                .stream()
                .map(Run::capacity)
                .filter(Objects::nonNull)
                .mapToDouble(Result.Capacity::ratePerSecond)
                .max()
                .orElse(0);
        double highest = switch (scenario.search()) {
            case NOTHING -> times * scenario.rate();
            case CAPACITY -> times * found;
            case CAPACITY_TO_HOLD -> found;
        };
        if (ceiling == null || highest <= CEILING_PART * ceiling.usablePerSecond()) {
            return Optional.empty();
        }
        return Optional.of(String.format(Locale.ROOT,
                "The load was up to %.0f requests/s, and the generator has %.0f to "
                        + "give on this machine: the highest rates are partly its own.",
                highest,
                ceiling.usablePerSecond()));
    }

    private static Optional<String> failures(String stack, List<Run> runs) {
        Map<String, Long> kinds = Analysis.outcomes(runs);
        kinds.remove(Outcome.OK.id());
        long failed = kinds.values().stream().mapToLong(Long::longValue).sum();
        if (failed == 0) {
            return Optional.empty();
        }
        long planned = runs.stream().mapToLong(run -> run.client().requests().planned()).sum();
        return Optional.of(String.format(Locale.ROOT, "%s: %d of %d requests were not answered as they should be "
                + "(%s). Its latencies are those of the others.", stack, failed, planned,
                String.join(", ", kinds.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList())));
    }

    private static List<Statement> statements(Result result) {
        List<Statement> statements = new ArrayList<>();
        for (Metric metric : Metric.headlines(result)) {
            List<Comparison> comparisons = result.comparisons()
                    .stream()
                    .filter(comparison -> comparison.metric().equals(metric.id()))
                    .toList();
            comparisons.forEach(comparison -> statements.add(statement(comparison, result)));
            notCompared(metric, comparisons, result)
                    .ifPresent(text -> statements.add(new Statement(Kind.NOT_COMPARED, metric.id(), text)));
        }
        return statements;
    }

    private static Optional<String> notCompared(Metric metric, List<Comparison> comparisons, Result result) {
        ComparisonPlan plan = result.settings().scenario().comparison();
        int missing = plan.pairsOf(result.labels()).size() - comparisons.size();
        if (missing <= 0) {
            return Optional.empty();
        }
        String which = comparisons.isEmpty()
                ? "No stacks are compared"
                : missing + (missing == 1 ? " pair of stacks is" : " pairs of stacks are") + " not compared";
        List<String> nothing = result.runs()
                .stream()
                .filter(run -> run.isValid() && metric.value(run) <= 0)
                .map(run -> "that of " + run.stack() + " in block " + run.block()
                        + (metric.isZero(run) ? " is 0" : " is not known"))
                .toList();
        String why = nothing.isEmpty()
                ? "it takes " + metric.blocksForInterval() + " blocks in which "
                        + (plan.variance() == Variance.POOLED ? "all" : "both") + " are valid"
                : String.join(", ", nothing) + ", and the other blocks alone would flatter it";
        return Optional.of(which + " by their " + phrase(metric.id()).noun() + ": " + why + ".");
    }

    private static Statement statement(Comparison comparison, Result result) {
        String verdict = comparison.verdict();
        Phrase phrase = phrase(comparison.metric());
        String figures = figures(comparison, result.settings().plan().margin());
        String preliminary = comparison.preliminary()
                ? String.format(Locale.ROOT, " Preliminary: from %d blocks only.", comparison.blockRatios().size())
                : "";
        if (Verdict.DIFFERENT.text().equals(verdict)) {
            return new Statement(Kind.DIFFERENT, comparison.metric(), comparison.stack() + " " + phrase.verb() + " "
                    + figures.replaceFirst(" ", " × the " + phrase.noun() + " of " + comparison.comparedWith() + " ")
                    + "."
                    + preliminary);
        }
        if (Verdict.EQUIVALENT.text().equals(verdict)) {
            return new Statement(Kind.EQUIVALENT, comparison.metric(), comparison.stack() + " and "
                    + comparison.comparedWith() + " are equivalent in " + phrase.noun() + ": the ratio is " + figures
                    + ", within " + margin(result) + "." + preliminary);
        }
        Integer blocks = comparison.blocksToDecide();
        return new Statement(Kind.NOT_SHOWN, comparison.metric(), "No difference is shown between the " + phrase.noun()
                + " of " + comparison.stack() + " and of " + comparison.comparedWith() + ": the ratio is " + figures
                + ". From " + detectable(comparison.detectable())
                + " on a ratio would have been found, four times of five; "
                + (blocks == null
                        ? "a thousand blocks would not decide."
                        : "some " + blocks + " blocks in all would decide, if ratio and spread stayed so.")
                + preliminary);
    }

    public static String detectable(double ratio) {
        return end(ratio, 2);
    }

    public static String end(double ratio, int decimals) {
        return Interval.end(ratio, number(ratio, decimals));
    }

    static Phrase phrase(String metric) {
        if (metric.equals(Metric.CPU.id())) {
            return new Phrase("needs", "CPU per OK answer");
        }
        if (metric.equals(Metric.CPU_WITH_COMPILER.id())) {
            return new Phrase("needs", "CPU per OK answer (JIT compiler included)");
        }
        if (metric.equals(Metric.MEMORY.id())) {
            return new Phrase("needs", "memory when idle (live heap and non-heap)");
        }
        if (metric.equals(Metric.P50.id())) {
            return new Phrase("has", "median latency");
        }
        if (metric.equals(Metric.P99.id())) {
            return new Phrase("has", "99th percentile of latency");
        }
        if (metric.equals(Metric.CAPACITY.id())) {
            return new Phrase("bears", "highest rate");
        }
        if (metric.equals(Metric.GOODPUT.id())) {
            return new Phrase("has", "goodput while disturbed (answers within the objective)");
        }
        return new Phrase("has", Metric.of(metric).title());
    }

    /** Formats the ratio and its interval, "0.71 (0.68 – 0.74)". */
    public static String figures(Comparison comparison, double difference) {
        return figures(comparison.ratio(), comparison.low(), comparison.high(), difference);
    }

    /** Uses as many decimals as show on which side of the margin each end is, and that there are two ends. */
    public static String figures(double ratio, double low, double high, double difference) {
        int decimals = 2;
        while (decimals < MOST_DECIMALS && (number(low, decimals).equals(number(high, decimals))
                || isOnMargin(low, difference, decimals) || isOnMargin(high, difference, decimals))) {
            decimals++;
        }
        return number(ratio, decimals) + " (" + end(low, decimals) + " – " + end(high, decimals) + ")";
    }

    /** Whether this many decimals fail to tell an end of the interval from one of the margin. */
    private static boolean isOnMargin(double end, double difference, int decimals) {
        return Stream.of(1 - difference, 1 + difference)
                .anyMatch(margin -> Math.abs(end - margin) < Math.pow(10, -decimals));
    }

    /** Formats the margin, "0.95 – 1.05", with the decimals of the request. */
    public static String margin(double difference) {
        int decimals = Math.clamp(BigDecimal.valueOf(difference).stripTrailingZeros().scale(), 2, MOST_DECIMALS);
        return number(1 - difference, decimals) + " – " + number(1 + difference, decimals);
    }

    private static String margin(Result result) {
        return margin(result.settings().plan().margin());
    }

    public static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static List<String> also(Result result) {
        List<String> also = new ArrayList<>();
        if (result.stamp() == null && !result.comparisons().isEmpty()) {
            also.addAll(Basis.of(result));
        }
        if (canRecover(result)) {
            String again = isEventful(result) ? "as before again" : "as fast as at the end";
            for (StackSummary stack : result.summary()) {
                List<Run> runs = valid(result, stack.stack());
                if (!runs.isEmpty()) {
                    also.add(recovery(stack.stack(), again, runs));
                }
            }
        }
        return also;
    }

    /** Whether the scenario has something to recover from, a disturbance or a cold start. */
    public static boolean canRecover(Result result) {
        return !result.settings().scenario().isSteady();
    }

    /** Whether the window has a fault or a change of load. */
    static boolean isEventful(Result result) {
        return result.settings().scenario().isEventful();
    }

    private static String recovery(String stack, String again, List<Run> runs) {
        List<Integer> seconds = runs.stream()
                .map(run -> run.event().recoverySeconds())
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        String never = runs.size() == seconds.size()
                ? ""
                : String.format(Locale.ROOT, "%d of %d forks were not until the end of the window",
                        runs.size() - seconds.size(), runs.size());
        if (seconds.isEmpty()) {
            return stack + " was not " + again + ", or not steady, in any of " + runs.size() + " forks.";
        }
        return String.format(Locale.ROOT, "%s was %s after %s s (%d of %d forks%s).", stack, again,
                seconds.getFirst().equals(seconds.getLast())
                        ? String.valueOf(seconds.getFirst())
                        : seconds.getFirst() + " – " + seconds.getLast(),
                seconds.size(), runs.size(), never.isEmpty() ? "" : "; " + never);
    }

    private static List<Run> valid(Result result, String stack) {
        return result.runs().stream().filter(run -> run.isValid() && run.stack().equals(stack)).toList();
    }
}
