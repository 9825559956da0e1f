package dev.threeways.comparison;

import dev.threeways.comparison.Result.Comparison;
import dev.threeways.comparison.Result.Run;
import dev.threeways.comparison.Result.StackSummary;
import dev.threeways.comparison.Result.Status;
import dev.threeways.comparison.statistics.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a comparison found, in sentences, made from its intervals and nothing else: what lies within the noise is said to be
 * undecided, with what it would take to decide it. Nobody is ranked.
 *
 * @param first what has to be known before any figure is read: that it was a quick run, that it ended early, which runs are
 *     invalid, what failed
 * @param choice what it says to who must choose, see {@link Choice}
 * @param statements one for each comparison by a headline metric, and for what could not be compared
 * @param also how sure the statements are, and what happened after the trouble a scenario makes
 */
record Answer(List<String> first, List<String> choice, List<Statement> statements, List<String> also) {

    /** Up to so much of what the generator can give, it is not what is measured. */
    private static final double CEILING_PART = 0.8;

    /** What a statement says, for whoever wants to see it at a glance. */
    enum Kind {
        DIFFERENT("different"), EQUIVALENT("equivalent"), NOT_SHOWN("not shown"), NOT_COMPARED("not compared");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /**
     * @param metric see {@link Metric#id()}
     * @param text a sentence or two
     */
    record Statement(Kind kind, String metric, String text) {}

    /** How a sentence names what is compared: "needs 1.20 × the CPU per request of". */
    record Phrase(String verb, String noun) {}

    static Answer of(Result result) {
        return new Answer(first(result), Choice.of(result), result.stamp() == null ? statements(result) : List.of(),
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
        result.runs().stream().filter(run -> !run.valid())
                .forEach(run -> first.add("The run of " + run.stack() + " in block " + run.block()
                        + " is invalid and in no figure: " + String.join("; ", run.problems())));
        ceiling(result).ifPresent(first::add);
        for (StackSummary stack : result.summary()) {
            failures(stack.stack(), valid(result, stack.stack())).ifPresent(first::add);
        }
        return first;
    }

    /** Where the generator may have been what was measured. */
    private static Optional<String> ceiling(Result result) {
        Result.Ceiling ceiling = result.ceiling();
        double step = result.settings().steps().stream().mapToDouble(Result.Step::ratePerSecond).max().orElse(0);
        double found = result.runs().stream().map(Run::capacity).filter(Objects::nonNull)
                .mapToDouble(Result.Capacity::ratePerSecond).max().orElse(0);
        double highest = switch (result.settings().search()) {
            case "nothing" -> step;
            case "capacity" -> step / result.settings().ratePerSecond() * found;
            default -> found;
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
        long planned = runs.stream().mapToLong(run -> run.requests().planned()).sum();
        return Optional.of(String.format(Locale.ROOT, "%s: %d of %d requests were not answered as they should be "
                + "(%s). Its latencies are those of the others.", stack, failed, planned,
                String.join(", ", kinds.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList())));
    }

    private static List<Statement> statements(Result result) {
        List<Statement> statements = new ArrayList<>();
        for (Metric metric : Metric.headlines(result)) {
            List<Comparison> comparisons = result.comparisons().stream()
                    .filter(comparison -> comparison.metric().equals(metric.id())).toList();
            comparisons.forEach(comparison -> statements.add(statement(comparison, result)));
            notCompared(metric, comparisons, result)
                    .ifPresent(text -> statements.add(new Statement(Kind.NOT_COMPARED, metric.id(), text)));
        }
        return statements;
    }

    private static Optional<String> notCompared(Metric metric, List<Comparison> comparisons, Result result) {
        int stacks = result.summary().size();
        int missing = stacks * (stacks - 1) / 2 - comparisons.size();
        if (missing <= 0) {
            return Optional.empty();
        }
        String which = comparisons.isEmpty()
                ? "No stacks are compared"
                : missing + (missing == 1 ? " pair of stacks is" : " pairs of stacks are") + " not compared";
        List<String> nothing = result.runs().stream().filter(run -> run.valid() && metric.value(run) <= 0)
                .map(run -> "that of " + run.stack() + " in block " + run.block()
                        + (metric.isZero(run) ? " is 0" : " is not known"))
                .toList();
        String why = nothing.isEmpty()
                ? "it takes " + metric.blocksForInterval() + " blocks in which both are valid"
                : String.join(", ", nothing) + ", and the other blocks alone would flatter it";
        return Optional.of(which + " by their " + phrase(metric.id()).noun() + ": " + why + ".");
    }

    private static Statement statement(Comparison comparison, Result result) {
        String verdict = comparison.verdict();
        Phrase phrase = phrase(comparison.metric());
        String figures = figures(comparison, result.settings().smallestDifference());
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
                + ". From " + number(comparison.detectable(), 2)
                + " on a ratio would have been found, four times of five; "
                + (blocks == null
                        ? "a thousand blocks would not decide."
                        : "some " + blocks + " blocks in all would decide.")
                + preliminary);
    }

    static Phrase phrase(String metric) {
        if (metric.equals(Metric.CPU.id())) {
            return new Phrase("needs", "CPU per request");
        }
        if (metric.equals(Metric.CPU_WITH_COMPILER.id())) {
            return new Phrase("needs", "CPU per request (JIT compiler included)");
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

    /** The ratio and its interval, "0.71 (0.68 – 0.74)". */
    static String figures(Comparison comparison, double difference) {
        return figures(comparison.ratio(), comparison.low(), comparison.high(), difference);
    }

    /** With as many decimals as it takes to see on which side of the margin the interval's ends are. */
    static String figures(double ratio, double low, double high, double difference) {
        int decimals = Stream.of(low, high).anyMatch(end -> isNear(end, 1 - difference) || isNear(end, 1 + difference))
                ? 3
                : 2;
        return number(ratio, decimals) + " (" + number(low, decimals) + " – " + number(high, decimals) + ")";
    }

    private static boolean isNear(double end, double margin) {
        return Math.abs(end - margin) < 0.01;
    }

    private static String margin(Result result) {
        double difference = result.settings().smallestDifference();
        return number(1 - difference, 2) + " – " + number(1 + difference, 2);
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static List<String> also(Result result) {
        List<String> also = new ArrayList<>();
        if (result.stamp() == null && !result.comparisons().isEmpty()) {
            also.add(String.format(Locale.ROOT, "In brackets: intervals of ratios paired by block, such that all %d "
                    + "together mislead in at most 5 %% of experiments. Ratios within %s are taken to make no difference.",
                    result.comparisons().size(), margin(result)));
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

    /** Whether there is a time from which on all is as before, or as usual. */
    static boolean canRecover(Result result) {
        return isEventful(result) || !result.settings().warm();
    }

    /** Whether something goes wrong in the window, or the load changes. */
    static boolean isEventful(Result result) {
        return !result.settings().faults().isEmpty() || result.settings().steps().size() > 1;
    }

    private static String recovery(String stack, String again, List<Run> runs) {
        List<Integer> seconds = runs.stream().map(Run::recoverySeconds).filter(Objects::nonNull).sorted().toList();
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
        return result.runs().stream().filter(run -> run.valid() && run.stack().equals(stack)).toList();
    }
}
