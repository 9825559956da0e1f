package dev.threeways.comparison;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A question, and the conditions under which it is put to every stack alike. {@code docs/SCENARIOS.md} says more.
 *
 * @param rate requests a second that {@link Step#times} multiplies
 * @param steps of the load, one after the other
 * @param search what is searched for before, in the same process: if anything, {@code rate} is where the search begins and
 *     what is found is what the steps multiply
 * @param warm whether services are warmed up before they are measured
 * @param topology how the generator connects
 * @param paymentMedian of the payment API's latency
 * @param paymentP99 of the same
 * @param databaseWait that the database adds to every read
 * @param service properties every service is started with
 * @param faults in the order of their times
 * @param variants ways in which a stack runs besides
 */
record Scenario(String name, String question, int rate, List<Step> steps, Search search, boolean warm,
        Settings.Topology topology,
        Duration paymentMedian, Duration paymentP99, Duration databaseWait, Map<String, String> service,
        List<Fault> faults, List<Variant> variants) {

    /** What to know before the steps. */
    enum Search {
        NOTHING,
        /** The highest rate that meets the objective. */
        CAPACITY,
        /** The same, and the steps are repeated on lower rates until they meet it. */
        CAPACITY_TO_HOLD
    }

    /** @param times the scenario's rate */
    record Step(Duration duration, double times) {}

    /** What goes wrong, or right again. */
    enum Trouble {
        /** The payment API takes payments and does not answer. */
        PAYMENT_HANGS,
        /** It answers as before. */
        PAYMENT_RETURNS,
        /** PostgreSQL is shut down. */
        DATABASE_STOPS,
        /** It is started again. */
        DATABASE_RETURNS;

        /** As a report says it. */
        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * A stack that runs as a second one, in another way.
     *
     * @param of the stack's label
     */
    record Variant(String label, String of, Map<String, String> properties) {}

    /** @param at from the beginning of the measured window */
    record Fault(Duration at, Trouble trouble) {}

    private static final Duration MEDIAN = Duration.ofMillis(50);

    private static final Duration P99 = Duration.ofMillis(200);

    static final Scenario BASELINE = of("baseline",
            "The same moderate load: what does a request cost in CPU, memory, threads and context switches, and how "
                    + "long does it take?",
            200, step(25, 1));

    /** In the order in which they are run. */
    static final List<Scenario> ALL = List.of(BASELINE,
            of("slow-payment",
                    "The payment API takes a second or two: by Little's law far more requests are in flight than a "
                            + "thread pool has threads by default. Who holds them, and at what cost?",
                    500, step(30, 1)).withPayment(Duration.ofSeconds(1), Duration.ofSeconds(2)),
            of("capacity",
                    "What is the highest rate at which 99 % of the requests are answered within half a second and fewer "
                            + "than one in a thousand fails?",
                    200, step(25, 1)).withSearch(Search.CAPACITY_TO_HOLD),
            of("overload",
                    "Twice the rate it can bear for half a minute, then half: how much is still answered, does the "
                            + "process survive, and how long until all is as before?",
                    200, step(5, 0.5), step(30, 2), step(30, 0.5)).withSearch(Search.CAPACITY),
            of("pool-bound",
                    "Reads wait in the database, and the pool's connections divided by that wait are fewer than the "
                            + "requests that come. Does any stack help?",
                    200, step(25, 1)).withDatabaseWait(Duration.ofMillis(100)),
            of("cpu-bound",
                    "Each request also computes for some milliseconds (it derives a key and signs its payment): what "
                            + "happens to the latency of the others, on an event loop and beside it?",
                    100, step(30, 1)).withService(
                            Map.of("payment.signing.iterations", "30000", "payment.signing.secret", "a-laptop's"),
                            new Variant("reactive-offloaded", "reactive", Map.of("payment.signing.offload", "true"))),
            of("spike", "Ten times the load for five seconds: who loses requests, and how long until all is as before?",
                    100, step(10, 1), step(5, 10), step(20, 1)),
            of("payment-outage",
                    "The payment API hangs for ten seconds and comes back: what do callers get, what is held meanwhile, "
                            + "and how long until all is as before?",
                    100, step(40, 1)).withFaults(fault(10, Trouble.PAYMENT_HANGS), fault(20, Trouble.PAYMENT_RETURNS)),
            of("database-restart",
                    "PostgreSQL stops under load and is back after five seconds: is anything lost, and how long until "
                            + "all is as before?",
                    100, step(40, 1)).withFaults(fault(10, Trouble.DATABASE_STOPS),
                            fault(15, Trouble.DATABASE_RETURNS)),
            of("cold-start",
                    "Load from the moment a service says it is ready: how long until its latency is that of a warm one?",
                    100, step(60, 1)).cold(),
            of("many-connections", "Every client has a connection of its own: what do the connections cost?", 200,
                    step(25, 1)).withTopology(Settings.Topology.MANY),
            of("few-connections", "Few connections shared by all, as from a proxy: what do they save?", 200,
                    step(25, 1)));

    private static Scenario of(String name, String question, int rate, Step... steps) {
        return new Scenario(name, question, rate, List.of(steps), Search.NOTHING, true, Settings.Topology.SHARED,
                MEDIAN, P99,
                Duration.ZERO, Map.of(), List.of(), List.of());
    }

    private static Step step(int seconds, double times) {
        return new Step(Duration.ofSeconds(seconds), times);
    }

    private static Fault fault(int seconds, Trouble trouble) {
        return new Fault(Duration.ofSeconds(seconds), trouble);
    }

    static Scenario named(String name) {
        return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst()
                .orElseThrow(() -> new UsageException("--scenario '" + name + "' is none of "
                        + ALL.stream().map(Scenario::name).collect(Collectors.joining(", "))));
    }

    private Scenario withPayment(Duration median, Duration p99) {
        return new Scenario(name, question, rate, steps, search, warm, topology, median, p99, databaseWait, service,
                faults, variants);
    }

    private Scenario withDatabaseWait(Duration wait) {
        return new Scenario(name, question, rate, steps, search, warm, topology, paymentMedian, paymentP99, wait,
                service,
                faults);
    }

    private Scenario withTopology(Settings.Topology other) {
        return new Scenario(name, question, rate, steps, search, warm, other, paymentMedian, paymentP99, databaseWait,
                service,
                faults);
    }

    private Scenario withFaults(Fault... others) {
        return new Scenario(name, question, rate, steps, search, warm, topology, paymentMedian, paymentP99,
                databaseWait,
                service, List.of(others));
    }

    private Scenario withService(Map<String, String> properties, Variant... others) {
        return new Scenario(name, question, rate, steps, search, warm, topology, paymentMedian, paymentP99,
                databaseWait, properties, faults, List.of(others));
    }

    private Scenario withSearch(Search other) {
        return new Scenario(name, question, rate, steps, other, warm, topology, paymentMedian, paymentP99, databaseWait,
                service, faults, variants);
    }

    private Scenario cold() {
        return new Scenario(name, question, rate, steps, search, false, topology, paymentMedian, paymentP99,
                databaseWait,
                service, faults, variants);
    }

    /**
     * The same with what somebody asked for instead.
     *
     * @param duration of the whole; steps and faults keep their proportions
     */
    Scenario with(int otherRate, Duration duration, Settings.Topology otherTopology, Duration median, Duration p99) {
        double factor = (double) duration.toMillis() / duration().toMillis();
        return new Scenario(name, question, otherRate,
                steps.stream().map(step -> new Step(scaled(step.duration(), factor), step.times())).toList(), search,
                warm,
                otherTopology, median, p99, databaseWait, service,
                faults.stream().map(fault -> new Fault(scaled(fault.at(), factor), fault.trouble())).toList(), variants);
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofMillis(Math.round(duration.toMillis() * factor));
    }

    Duration duration() {
        return steps.stream().map(Step::duration).reduce(Duration.ZERO, Duration::plus);
    }

    /** Whether the load or anything else changes within the window. */
    boolean isSteady() {
        return steps.size() == 1 && faults.isEmpty() && warm;
    }
}
