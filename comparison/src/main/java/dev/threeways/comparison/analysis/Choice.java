package dev.threeways.comparison.analysis;

import dev.threeways.comparison.result.Result.Comparison;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.StackSummary;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.lab.process.CpuPlan;
import dev.threeways.lab.statistics.Verdict;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The recommendation of a result, made from verdicts alone, and what would limit a stack first. A stack is out if
 * another was shown to be better by a headline metric and worse by none. The choice among those that remain is a matter
 * of taste, or of which metric counts more. Memory counts if its whole interval exceeds the smallest difference that
 * matters, as a part of the heap a service is given. Latency counts where neither stack failed too often.
 */
public final class Choice {

    /** Ratio of most to median in flight that is more than chance makes of a steady load. */
    private static final double MUCH_MORE = 5;

    /** Threads that run one request each, as {@code /actuator/waiting} names them. */
    private static final String WORKERS = "request-workers";

    /** Requests that a service lets in at once, as {@code /actuator/waiting} names them. */
    private static final String REQUESTS = "requests";

    private static final String CONNECTIONS = "database-connections";

    private final Result result;

    private final List<String> stacks;

    private Choice(Result result) {
        this.result = result;
        this.stacks = result.summary()
                .stream()
                .filter(stack -> stack.validRuns() > 0)
                .map(StackSummary::stack)
                .toList();
    }

    /** Returns sentences; none if the result permits no verdict. */
    public static List<String> of(Result result) {
        if (result.stamp() != null || result.comparisons().isEmpty()) {
            return List.of();
        }
        Choice choice = new Choice(result);
        List<String> sentences = new ArrayList<>();
        sentences.add(choice.isOfOneProgram()
                ? "All of these are the same program: there is nothing to be chosen."
                : choice.sentence() + choice.setAside());
        choice.limits().ifPresent(sentences::add);
        return sentences;
    }

    private boolean isOfOneProgram() {
        return result.builds().stream().map(Result.Build::sha256).distinct().count() == 1;
    }

    private String sentence() {
        List<String> out = stacks.stream()
                .filter(stack -> stacks.stream().anyMatch(other -> isBetter(other, stack)))
                .toList();
        List<String> left = stacks.stream().filter(stack -> !out.contains(stack)).toList();
        String preliminary = result.comparisons().stream().anyMatch(Comparison::preliminary) ? " (preliminary)" : "";
        String load = "For this load" + inFlight() + preliminary;
        if (left.isEmpty()) {
            return load + " the comparisons contradict each other, and none is to be chosen by them.";
        }
        if (out.isEmpty()) {
            return load + (contested().isEmpty()
                    ? isOpen(left)
                            ? " this does not decide between " + listed(left)
                                    + ": no difference that matters is shown, "
                                    + "and not all are excluded."
                            : " nothing that was measured speaks against any of " + listed(left) + "."
                    : " none of " + listed(left) + " is better by one metric without being worse by another: "
                            + String.join("; ", contested()) + ".");
        }
        String why = String.join("; ", out.stream().map(stack -> reason(stack, left)).toList());
        return left.size() == 1
                ? load + " choose " + left.getFirst() + ", because " + why + "."
                : load + " choose among " + listed(left)
                        + (isOpen(left) ? ", between which this does not decide," : ",")
                        + " because " + why + ".";
    }

    /** Whether two of these stacks may be as different as those shown to differ, or are not compared by plan. */
    private boolean isOpen(List<String> some) {
        return !result.settings().scenario().comparison().hasAllPairsOf(some) || result.comparisons()
                .stream()
                .filter(c -> some.contains(c.stack()) && some.contains(c.comparedWith()))
                .anyMatch(c -> Verdict.NO_DIFFERENCE_SHOWN.text().equals(c.verdict()));
    }

    /**
     * Whether one stack is shown to be better by something, and worse by nothing. A stack with an invalid run, or a
     * headline metric that is zero or unknown, is better by nothing: its other runs would flatter it.
     */
    private boolean isBetter(String one, String other) {
        return isWhole(one) && (failsLess(one, other)
                || differences().stream().anyMatch(d -> better(d).equals(one) && worse(d).equals(other)))
                && !failsLess(other, one)
                && differences().stream().noneMatch(d -> better(d).equals(other) && worse(d).equals(one));
    }

    private boolean isWhole(String stack) {
        return result.runs()
                .stream()
                .filter(run -> run.stack().equals(stack))
                .allMatch(run -> run.isValid()
                        && Metric.headlines(result).stream().allMatch(metric -> metric.value(run) > 0));
    }

    /**
     * Whether one stack fails too often in no block, and another in every one. Does not count where each is loaded by
     * what it can sustain itself. Where both fail, by how much is a figure with a spread, and no reason to choose.
     */
    private boolean failsLess(String one, String other) {
        return result.settings().scenario().search() == Scenario.Search.NOTHING
                && runs(one).stream().noneMatch(Choice::failsTooOften)
                && runs(other).stream().allMatch(Choice::failsTooOften);
    }

    private static boolean failsTooOften(Run run) {
        return run.client().requests().failedPerThousand() > Analysis.MAX_FAILED_PER_THOUSAND;
    }

    private List<Comparison> differences() {
        return shown().filter(this::isWorthIt).filter(c -> !isOfSurvivors(c)).toList();
    }

    private Stream<Comparison> shown() {
        return result.comparisons()
                .stream()
                .filter(c -> Verdict.DIFFERENT.text().equals(c.verdict()))
                .filter(c -> stacks.contains(c.stack()) && stacks.contains(c.comparedWith()));
    }

    /** Latency is that of OK answers: a stack that rejects the slow requests would be faster by it. */
    private boolean isOfSurvivors(Comparison comparison) {
        return Metric.of(comparison.metric()).isLatency()
                && Stream.of(comparison.stack(), comparison.comparedWith())
                        .anyMatch(stack -> runs(stack).stream().anyMatch(Choice::failsTooOften));
    }

    private String setAside() {
        return shown().anyMatch(this::isOfSurvivors)
                ? " Latency does not count here: it is of the answers that were OK, and too many were not."
                : "";
    }

    /** Whether a difference is a reason to choose: a few of the megabytes given to a heap anyway are none. */
    private boolean isWorthIt(Comparison comparison) {
        if (!comparison.metric().equals(Metric.MEMORY.id())) {
            return true;
        }
        double bytes = Metric.MEMORY.over(runs(comparison.comparedWith())).orElseThrow().median() * Metric.MIB;
        double least = Math.min(Math.abs(comparison.low() - 1), Math.abs(comparison.high() - 1));
        return least * bytes > result.settings().plan().margin() * heapBytes();
    }

    private double heapBytes() {
        return result.runs()
                .stream()
                .map(run -> run.service().flags().get(Result.Service.HEAP_FLAG))
                .filter(Objects::nonNull)
                .mapToDouble(Double::parseDouble)
                .max()
                .orElse(0);
    }

    private static boolean isFirstBetter(Comparison comparison) {
        return comparison.ratio() > 1 == Metric.of(comparison.metric()).isMoreBetter();
    }

    private static String better(Comparison comparison) {
        return isFirstBetter(comparison) ? comparison.stack() : comparison.comparedWith();
    }

    private static String worse(Comparison comparison) {
        return isFirstBetter(comparison) ? comparison.comparedWith() : comparison.stack();
    }

    private static double failedPerThousand(List<Run> runs) {
        long planned = runs.stream().mapToLong(run -> run.client().requests().planned()).sum();
        long ok = runs.stream().mapToLong(run -> run.client().requests().ok()).sum();
        return 1000.0 * (planned - ok) / Math.max(1, planned);
    }

    /** Says by what a stack is worse than the first better one, preferably one that is left. */
    private String reason(String out, List<String> left) {
        String other = Stream.concat(left.stream(), stacks.stream())
                .filter(stack -> isBetter(stack, out))
                .findFirst()
                .orElseThrow();
        List<String> reasons = new ArrayList<>();
        if (failsLess(other, out)) {
            reasons.add(String.format(Locale.ROOT, "fails in every block more often than %s, in %.1f of 1,000 requests "
                    + "against %.1f", other, failedPerThousand(runs(out)), failedPerThousand(runs(other))));
        }
        differences().stream()
                .filter(d -> better(d).equals(other) && worse(d).equals(out))
                .map(d -> times(d, out, other))
                .forEach(reasons::add);
        return out + " " + String.join(" and ", reasons);
    }

    private List<String> contested() {
        return differences().stream().map(d -> worse(d) + " " + times(d, worse(d), better(d))).toList();
    }

    /** Formats "has 1.40 × the CPU of b (1.35 – 1.46)", whichever way round the comparison was made. */
    private String times(Comparison comparison, String stack, String other) {
        boolean asMade = comparison.stack().equals(stack);
        double ratio = asMade ? comparison.ratio() : 1 / comparison.ratio();
        double low = asMade ? comparison.low() : 1 / comparison.high();
        double high = asMade ? comparison.high() : 1 / comparison.low();
        Findings.Phrase phrase = Findings.phrase(comparison.metric());
        return phrase.verb() + " " + Findings.figures(ratio, low, high, result.settings().plan().margin())
                .replaceFirst(" ", " × the " + phrase.noun() + " of " + other + " ");
    }

    private static String listed(List<String> stacks) {
        return stacks.size() < 2
                ? String.join("", stacks)
                : String.join(", ", stacks.subList(0, stacks.size() - 1)) + " and " + stacks.getLast();
    }

    /** Describes requests in flight as seen: the median over seconds and runs, and the most. */
    private String inFlight() {
        double[] counts = result.runs()
                .stream()
                .filter(Run::isValid)
                .flatMap(run -> run.timeline().stream())
                .mapToDouble(Result.Second::inFlight)
                .sorted()
                .toArray();
        if (counts.length == 0) {
            return "";
        }
        double median = counts[counts.length / 2];
        double most = counts[counts.length - 1];
        return most <= MUCH_MORE * median
                ? String.format(Locale.ROOT, ", some %.0f requests in flight,", median)
                : String.format(Locale.ROOT, ", some %.0f requests in flight and up to %.0f,", median, most);
    }

    private List<Run> runs(String stack) {
        return result.runs().stream().filter(run -> run.isValid() && run.stack().equals(stack)).toList();
    }

    /**
     * Says what the thread-per-request stack would meet first under more load: whether its threads limit it. By
     * Little's law, what a request took of each limit here makes a rate. Where a limit was met already, a request
     * mostly waited for it, which says nothing of the others.
     */
    private Optional<String> limits() {
        return result.settings().scenario().search() == Scenario.Search.NOTHING
                ? stacks.stream()
                        .filter(stack -> limit(stack, WORKERS).isPresent())
                        .findFirst()
                        .filter(stack -> runs(stack).stream().noneMatch(Choice::failsTooOften))
                        .flatMap(this::limitsOf)
                : Optional.empty();
    }

    private Optional<String> limitsOf(String stack) {
        List<Limit> limits = new ArrayList<>();
        int cpus = result.settings().cpus().service().size();
        limits.add(new Limit(
                cpus + (cpus == 1 ? " CPU" : " CPUs")
                        + (result.settings().cpus().mode() == CpuPlan.Mode.SHARED
                                ? " (if it had them for itself)"
                                : ""),
                cpus,
                mean(stack, Metric.CPU::value)));
        limit(stack, CONNECTIONS).ifPresent(connections -> limits
                .add(new Limit(connections + " connections to PostgreSQL", connections,
                        mean(stack, run -> run.service().stageMillis().getOrDefault("read", 0.0)))));
        long threads = Math.min(limit(stack, WORKERS).orElseThrow(), limit(stack, REQUESTS).orElse(Long.MAX_VALUE));
        limits.add(new Limit(threads + " threads, with as many in flight", threads,
                mean(stack,
                        run -> run.service().stageMillis().values().stream().mapToDouble(Double::doubleValue).sum())));
        limits.removeIf(limit -> limit.millis() <= 0);
        if (limits.isEmpty()) {
            return Optional.empty();
        }
        limits.sort(Comparator.comparingDouble(Limit::perSecond));
        return Optional
                .of("What " + stack + " would meet first if more came, by what a request took here (Little's law): "
                        + String.join("; ", limits.stream().map(Limit::text).toList()) + ".");
    }

    /** A resource of which {@code available} exist; each request takes one for {@code millis}. */
    private record Limit(String name, long available, double millis) {

        double perSecond() {
            return 1000 * available / millis;
        }

        String text() {
            return String.format(Locale.ROOT, "its %s, at some %s requests/s of %s ms", name, twoDigits(perSecond()),
                    twoDigits(millis));
        }

        private static String twoDigits(double value) {
            return BigDecimal.valueOf(value).round(new MathContext(2)).toPlainString();
        }
    }

    private OptionalLong limit(String stack, String name) {
        return runs(stack).stream()
                .map(run -> run.service().before().limits().get(name))
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .min();
    }

    private double mean(String stack, ToDoubleFunction<Run> figure) {
        return runs(stack).stream().mapToDouble(figure).average().orElse(0);
    }
}
