package dev.threeways.comparison.result;

import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.process.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code result.json}, described in {@code docs/RESULT.md}. Written after every block, so that what was measured
 * survives whatever comes next.
 *
 * @param schema version of this structure; raised when a field changes its meaning or goes
 * @param stamp null, or why no figure in here is to be quoted
 * @param failure null, or why the comparison ended early
 * @param elapsedSeconds that the comparison ran, without the time between an interruption and its resumption
 * @param settings as {@link Settings#published}; work that was added is in the scenario
 * @param headlines ids of the metrics that stacks are compared by, first that which the scenario decides by
 * @param ceiling of the load generator; null if it was not measured
 * @param addedCpuMillis added to every request, so that the generator can overload every stack; null if none
 * @param builds of the stacks, in their order
 * @param variances where the variance between forks comes from; of no metric unless the load is steady, and the
 *     variance pooled
 */
public record Result(int schema, Instant startedAt, Instant finishedAt, Status status, @Nullable String failure,
        double elapsedSeconds, @Nullable String stamp, List<String> command, Settings settings, List<String> headlines,
        Machine machine, @Nullable Ceiling ceiling, @Nullable Double addedCpuMillis,
        Map<String, List<String>> jvmOptions, String database, List<Build> builds, List<Run> runs,
        List<StackSummary> summary, List<Comparison> comparisons, List<Variance> variances) {

    public static final int SCHEMA = 5;

    /** Whether the comparison is complete, and every run counts. */
    public boolean isGood() {
        return status == Status.COMPLETE && runs.stream().allMatch(Run::isValid);
    }

    public List<String> labels() {
        return settings.stacks().stream().map(StackSpec::label).toList();
    }

    /** How a comparison ended. */
    public enum Status {
        RUNNING,
        COMPLETE,
        INTERRUPTED,
        FAILED
    }

    /**
     * The load generator's limit here, sending to a server that answers at once.
     *
     * @param ratePerSecond the highest without lag
     * @param reached whether a higher rate made it lag; false if none was tried
     * @param cpuMillisPerRequest the generator's CPU time
     * @param usablePerSecond {@code ratePerSecond}; where CPUs are shared, at most the rate at which it uses a quarter
     *     of them
     */
    public record Ceiling(double ratePerSecond, boolean reached, double cpuMillisPerRequest, double usablePerSecond) {}

    /**
     * The contents of a stack's jar.
     *
     * @param libraries file names of the jars within that shape what is measured
     */
    public record Build(String stack, String sha256, List<String> libraries) {}

    /**
     * One stack in one block.
     *
     * @param directory of its logs and reports, relative to the result
     * @param problems why the run is invalid; empty if it is valid
     * @param warnings what to know before using its figures; they do not make the run invalid
     * @param capacity null if it was not searched for
     * @param timeline second by second
     */
    public record Run(int block, String stack, Instant startedAt, String directory, List<String> problems,
            List<String> warnings, WarmUp warmUp, MeasuredWindow window, Client client, Cost cost, Service service,
            Balance accounts, Event event, @Nullable Capacity capacity, List<Second> timeline) {

        public boolean isValid() {
            return problems.isEmpty();
        }
    }

    /** What the load generator saw in the measured window. */
    public record Client(Requests requests, double okPerSecond, Latency latencyMillis,
            Latencies.Summary generatorLagMillis) {}

    /** What the measured window cost. */
    public record Cost(PerRequest perRequest, Memory memory, Threads threads, Collections collections) {}

    /**
     * What the service reported about itself.
     *
     * @param flags of its JVM
     * @param before reading before the window; limits only if measured cold, since it is not queried then
     * @param after reading after the last answer
     * @param stageMillis mean time of a request in the window at each stage; empty if the service does not tell
     */
    public record Service(Map<String, String> flags, ServiceMeters before, ServiceMeters after,
            Map<String, Double> stageMillis) {

        /** The flag that has the heap in bytes. */
        public static final String HEAP_FLAG = "MaxHeapSize";
    }

    /**
     * The effect of a fault, of another load, or of a cold start. All null if there was none.
     *
     * @param retainedBefore what the service held before it; null for a cold start
     * @param retainedAfter what it held after the generator was gone; null for a cold start, or if the service died
     * @param recoverySeconds from the end of the last fault, or of the second step, until all was as before. For a cold
     *     start, until latency was near that of the end. Null if it never was
     * @param goodputPerSecond requests due while disturbed that met the objective; null for a cold start, or if the
     *     generator lagged all the time
     */
    public record Event(@Nullable Retained retainedBefore, @Nullable Retained retainedAfter,
            @Nullable Integer recoverySeconds, @Nullable Double goodputPerSecond) {}

    /**
     * @param ratePerSecond the highest that met the objective; the one held, if the scenario holds it
     * @param held whether the last hold met the objective, or none was asked for
     * @param rungs of the search
     * @param holds each on a lower rate than the one before; the last is the measured window
     */
    public record Capacity(double ratePerSecond, boolean held, List<Rung> rungs,
            List<Rung> holds) {

        /** Ratio of a rung to the one below: the answer is no finer than that. */
        public static final double STEP = 1.12;

        /** Ratio of rungs where only the accounting is of interest. */
        private static final double COARSE = 1.5;

        /** Long enough that one percent of its requests is more than a few. */
        public static final Duration RUNG = Duration.ofSeconds(6);

        /** @param quick whether the answer will be compared with nothing */
        public static double step(boolean quick) {
            return quick ? COARSE : STEP;
        }
    }

    /**
     * One rung, or one hold.
     *
     * @param ended requests that ended while it lasted
     * @param slow ended requests that were slower than the objective
     */
    public record Rung(double ratePerSecond, long ended, long failed, long slow, boolean isGood) {

        private static final double MAX_SLOW = 0.01;

        private static final double MAX_FAILED = 0.001;

        /** Whether the ended requests met the objective. A rung is not good either if too many had not ended. */
        public boolean endedWell() {
            return (failed == 0 && slow == 0) || (failed < MAX_FAILED * ended && failed + slow <= MAX_SLOW * ended);
        }
    }

    /**
     * One second of the measured window: the requests due in it, and their outcomes.
     *
     * @param outcomes by {@link Outcome#id()}; adds up to {@code planned}
     * @param generatorLate whether the generator, not the service, was the bottleneck: latencies of this second are in
     *     no other figure
     * @param inFlight sent and not ended when the second ended, by the generator's request log
     * @param serviceCpus CPUs the service used
     * @param threadsByRole of the service's process, by role as its meters name it; empty if not known
     */
    public record Second(int second, long planned, Map<String, Long> outcomes, double latencyP50Millis,
            double latencyP99Millis, double latencyMaxMillis, double generatorLagP99Millis, boolean generatorLate,
            int inFlight,
            double serviceCpus, long residentBytes, int threads, Map<String, Integer> threadsByRole) {}

    public record WarmUp(long requests, double seconds, Ended ended, List<Window> windows) {

        /** Why warm-up ended. */
        public enum Ended {
            /** CPU per request has stopped falling, and the compiler is nearly idle. */
            SETTLED,
            /** The limit passed first; the figures may be those of a service that still compiles. */
            TIME_LIMIT,
            /** No warm-up: the scenario is about a cold start. */
            LEFT_OUT
        }

        /**
         * @param stage 1 or 2
         * @param atMillis end of the window, since warm-up began
         * @param requests completed since the process began
         * @param compilerPercent of the service's CPU time in the window; 0 where it cannot be known
         */
        public record Window(int stage, long atMillis, long requests, double cpuMillisPerRequest,
                double compilerPercent) {}
    }

    /**
     * @param startEpochMillis intended time zero of the schedule
     * @param endEpochMillis the schedule's end
     * @param countersFromEpochMillis when CPU and counters were read first, the service being idle
     * @param countersToEpochMillis when CPU and counters were read again, the service being idle
     * @param completed requests completed between the two readings
     * @param compilerPercent of the service's CPU time between the two readings; 0 where it cannot be known
     * @param stealPercent of the machine's CPU time, taken by its host; 0 where it cannot be known
     */
    public record MeasuredWindow(long startEpochMillis, long endEpochMillis, long countersFromEpochMillis,
            long countersToEpochMillis, long completed, double compilerPercent, double loadAverageBefore,
            double loadAverageAfter, double stealPercent) {

        /** Highest share of the service's CPU while measured: twice what ends a warm-up. */
        public static final double MAX_COMPILER_PERCENT = 10;
    }

    /**
     * Requests of the measured window.
     *
     * @param failed requests sent that did not end well, by kind
     * @param statuses answers by HTTP status
     */
    public record Requests(long planned, long sent, long ok, Map<String, Long> failed, Map<Integer, Long> statuses,
            long neverSent) {

        /** Counts per thousand planned requests, never sent ones included. */
        public double failedPerThousand() {
            return 1000.0 * (planned - ok) / Math.max(1, planned);
        }
    }

    /**
     * Latency of requests that ended well, from the time they were intended to be sent.
     *
     * @param histogram HdrHistogram V2 compressed, Base64, in microseconds
     */
    public record Latency(long count, double p50, double p90, double p99, double p999, double max, String histogram) {}

    /**
     * What a request costs. Null where it cannot be known on this machine, or where the part is external.
     *
     * @param serviceCpuMillis without the JIT compiler's threads: their work shrinks from minute to minute to nothing,
     *     in each JVM by its own chance
     * @param compilerCpuMillis of the JIT compiler's threads
     */
    public record PerRequest(double serviceCpuMillis, double compilerCpuMillis, @Nullable Double databaseCpuMillis,
            @Nullable Double simulatorCpuMillis,
            double generatorCpuMillis, @Nullable Double voluntarySwitches, @Nullable Double involuntarySwitches,
            double allocatedBytes) {}

    /**
     * @param liveHeapBytes heap used after a full collection, the service being idle
     * @param nonHeapBytes metaspace, code and the like, as the JVM counts them
     * @param residentBytes highest resident set sampled in the window; mostly the heap's policy
     */
    public record Memory(long liveHeapBytes, long nonHeapBytes, long residentBytes) {}

    /**
     * @param peakPlatform highest number of Java platform threads in the window, carriers included
     * @param peakNative highest number of the process's threads sampled in the window, the JVM's own included
     */
    public record Threads(int peakPlatform, int peakNative) {}

    /** Garbage collections in the window. */
    public record Collections(long count, long millis) {}

    /**
     * One rule that was broken.
     *
     * @param count how often
     * @param examples the first few, with keys
     */
    public record Violation(String rule, String meaning, long count, List<String> examples) {

        @Override
        public String toString() {
            return rule + ": " + meaning + ", " + count + " times, such as " + String.join("; ", examples);
        }
    }

    /**
     * The sums of the three records, over warm-up and measured requests.
     *
     * @param logLines payment lines
     * @param exchanges payments begun, by the log
     * @param exchangesRefused payments begun, refused before anything was sent
     * @param exchangesUncertain payments begun, lost or timed out: the payment API may not have seen them
     * @param simulatorCalls null if the payment API keeps no readable record
     * @param violations empty if the run reconciles
     */
    public record Balance(long planned, long sent, long logLines, long exchanges, long exchangesRefused,
            long exchangesUncertain, @Nullable Long simulatorCalls, List<Violation> violations) {}

    /**
     * A stack over its valid runs.
     *
     * @param latencyMillis of the merged histograms
     * @param metrics by {@code Metric.id()}
     */
    public record StackSummary(String stack, int validRuns, int invalidRuns, Latencies.Summary latencyMillis,
            Map<String, Spread> metrics) {}

    /** Spread over blocks. */
    public record Spread(double median, double min, double max) {}

    /**
     * How many times {@code stack} needs what {@code comparedWith} needs.
     *
     * @param metric a headline one, see {@code Metric.headlines}
     * @param blockRatios one for each block in which both are valid; with a pooled variance, all
     * @param ratio geometric mean of the block ratios
     * @param low lower end of the interval
     * @param high upper end of the interval
     * @param confidence of this interval, such that at most 5 % of experiments have a wrong verdict among the family:
     *     the comparisons by one metric. With a pooled variance, of all its intervals at once
     * @param verdict null if the figures are not to be judged
     * @param preliminary whether there are fewer blocks than a verdict should stand on
     * @param detectable the smallest ratio above 1 that so many blocks with so much spread detect, in four of five
     *     experiments
     * @param blocksToDecide blocks that would reach a verdict with the same ratio and spread; null if there is one, or
     *     if a thousand would not
     */
    public record Comparison(String metric, String stack, String comparedWith, List<Double> blockRatios, double ratio,
            double low, double high, double confidence, @Nullable String verdict, boolean preliminary,
            double detectable, @Nullable Integer blocksToDecide) {}

    /**
     * Variance of a metric's logarithm, of a fork beside what its stack and its block have in common.
     *
     * @param metric a headline one that is known for each turn
     * @param residual what intervals are made of
     * @param degreesOfFreedom of {@code residual}
     * @param withinForks what the turns of each fork let expect; longer windows reduce it
     * @param betweenForks the rest, 0 if there is none; more forks reduce both
     */
    public record Variance(String metric, double residual, int degreesOfFreedom, double withinForks,
            double betweenForks) {

        /** Returns the part that is within forks, 0 to 1. */
        public double shareWithinForks() {
            return Math.min(1, withinForks / residual);
        }
    }
}
