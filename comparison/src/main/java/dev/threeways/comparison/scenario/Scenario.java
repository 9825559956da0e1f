package dev.threeways.comparison.scenario;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A question, and the conditions under which it is put to every stack alike. {@code docs/SCENARIOS.md} says more.
 *
 * @param rate requests a second that {@link Step#times} multiplies
 * @param steps of the load, one after the other
 * @param search what is searched for before, in the same process: the search begins at {@code rate}, and the steps
 *     multiply what it finds
 * @param warm whether services are warmed up before they are measured
 * @param turn how long a stack is loaded before the next one; zero if stacks are measured one after the other
 * @param topology how the generator connects
 * @param paymentMedian of the payment API's latency
 * @param paymentP99 99th percentile of the payment API's latency
 * @param answerBytes the payment API fills its answers up to this size; 0 for not at all
 * @param databaseWait that the database adds to every read
 * @param expected latency expected when measured, from which the warm-up takes its number in flight; zero for the
 *     payment's median
 * @param service properties every service is started with
 * @param faults in the order of their times
 * @param variants further ways in which a stack runs
 * @param comparison how stacks are compared
 */
public record Scenario(String name, String question, int rate, List<Step> steps, Search search, boolean warm,
        Duration turn,
        Topology topology,
        Duration paymentMedian, Duration paymentP99, int answerBytes, Duration databaseWait,
        Duration expected, Map<String, String> service,
        List<Fault> faults, List<Variant> variants, ComparisonPlan comparison) {

    /** What is searched for before the steps. */
    public enum Search {
        NOTHING,
        /** The highest rate that meets the objective. */
        CAPACITY,
        /** The highest rate that meets the objective; the steps are repeated at lower rates until they meet it. */
        CAPACITY_TO_HOLD
    }

    /** How the generator connects. */
    public enum Topology {
        /** Few keep-alive connections, as from a proxy. */
        SHARED,
        /** Many clients with a keep-alive connection each. */
        MANY
    }

    /** @param times the scenario's rate */
    public record Step(Duration duration, double times) {}

    /** A fault, or the end of one. */
    public enum FaultKind {
        /** The payment API takes payments and does not answer. */
        PAYMENT_HANGS,
        /** The payment API closes all connections and lets none be opened. */
        PAYMENT_REFUSES,
        /** The payment API answers as before. */
        PAYMENT_RETURNS,
        /** PostgreSQL is shut down. */
        DATABASE_STOPS,
        /** PostgreSQL is started again. */
        DATABASE_RETURNS;

        boolean isOfPayments() {
            return this == PAYMENT_HANGS || this == PAYMENT_REFUSES || this == PAYMENT_RETURNS;
        }

        /** Returns its name in a report. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * A stack that also runs in another configuration.
     *
     * @param of label of the stack that is varied
     * @param databaseWait in place of the scenario's
     */
    public record Variant(String label, String of, Map<String, String> properties, Duration databaseWait) {}

    /** @param at from the beginning of the measured window */
    public record Fault(Duration at, FaultKind kind) {}

    /** The scenario that runs if no other is requested. */
    public static final String BASELINE = "baseline";

    /**
     * Returns this scenario with another load.
     *
     * @param duration of the whole; steps and faults keep their proportions
     */
    public Scenario withLoad(int otherRate, Duration duration, Topology otherTopology) {
        double factor = (double) duration.toMillis() / duration().toMillis();
        return new Scenario(name, question, otherRate,
                steps.stream().map(step -> new Step(scaled(step.duration(), factor), step.times())).toList(), search,
                warm, turn, otherTopology, paymentMedian, paymentP99, answerBytes, databaseWait, expected, service,
                faults.stream().map(fault -> new Fault(scaled(fault.at(), factor), fault.kind())).toList(), variants,
                comparison);
    }

    /** Returns this scenario with another payment latency. */
    public Scenario withPayment(Duration median, Duration p99) {
        return new Scenario(name, question, rate, steps, search, warm, turn, topology, median, p99, answerBytes,
                databaseWait, expected, service, faults, variants, comparison);
    }

    /** Returns this scenario with these properties added for every service. */
    public Scenario withProperties(Map<String, String> properties) {
        Map<String, String> all = new TreeMap<>(service);
        all.putAll(properties);
        return new Scenario(name, question, rate, steps, search, warm, turn, topology, paymentMedian, paymentP99,
                answerBytes, databaseWait, expected, all, faults, variants, comparison);
    }

    /** Returns the metrics that stacks are compared by, first that which the scenario decides by. */
    public List<Headline> headlines() {
        return Headline.of(search, steps, faults, warm)
                .stream()
                .sorted(Comparator.comparing(headline -> headline != comparison.decidedBy()))
                .toList();
    }

    /**
     * Returns how long the payment API refuses: until its next fault or return, whatever happens to the database
     * meanwhile.
     */
    public Duration refusal(Fault fault) {
        return faults.stream()
                .filter(later -> later.kind().isOfPayments())
                .map(later -> later.at().minus(fault.at()))
                .filter(Duration::isPositive)
                .findFirst()
                .orElseThrow();
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofMillis(Math.round(duration.toMillis() * factor));
    }

    public Duration duration() {
        return steps.stream().map(Step::duration).reduce(Duration.ZERO, Duration::plus);
    }

    /** @param from since the beginning of the measured window */
    public record Span(Duration from, Duration to) {}

    /** Returns the disturbed span: from the first fault to the last, or the second step of the load. */
    public Optional<Span> disturbance() {
        if (!faults.isEmpty()) {
            return Optional.of(new Span(faults.getFirst().at(), faults.getLast().at()));
        }
        if (steps.size() > 1) {
            Duration from = steps.getFirst().duration();
            return Optional.of(new Span(from, from.plus(steps.get(1).duration())));
        }
        return Optional.empty();
    }

    /** Whether the window has a fault or a change of load. */
    public boolean isEventful() {
        return disturbance().isPresent();
    }

    /** Whether nothing changes within the window, neither load nor warmth. */
    public boolean isSteady() {
        return !isEventful() && warm;
    }
}
