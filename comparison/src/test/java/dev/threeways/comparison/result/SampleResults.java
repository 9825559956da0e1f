package dev.threeways.comparison.result;

import dev.threeways.comparison.analysis.Analysis;
import dev.threeways.comparison.analysis.Metric;
import dev.threeways.comparison.cli.Experiment;
import dev.threeways.comparison.result.Result.Balance;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.Second;
import dev.threeways.comparison.result.Result.Status;
import dev.threeways.comparison.scenario.ComparisonPlan;
import dev.threeways.comparison.scenario.Plan;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.process.CpuPlan;
import dev.threeways.lab.process.Machine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Made-up results as comparisons write them: three stacks that cost differently and take equally long. */
public final class SampleResults {

    static final List<String> STACKS = List.of("blocking", "reactive", "virtual-thread");

    private static final Instant START = Instant.parse("2026-11-22T09:00:00Z");

    private static final Result.Capacity CAPACITY = new Result.Capacity(200, true,
            List.of(new Result.Rung(200, 1_200, 0, 6, true), new Result.Rung(224, 1_344, 0, 8, true),
                    new Result.Rung(251, 1_500, 3, 30, false)),
            List.of(new Result.Rung(224, 5_000, 0, 5, false),
                    new Result.Rung(200, 5_000, 0, 20, true)));

    /** Threads of each stack by role. */
    private static final List<Map<String, Integer>> THREADS = List.of(
            Map.of("acceptor", 1, "poller", 1, "management", 12, "request-worker", 84, "jdbc-pool", 1, "http-client", 2,
                    "log-writer", 1, "gc-compiler", 8, "other", 15),
            Map.of("acceptor", 1, "event-loop", 2, "signer", 2, "management", 5, "log-writer", 1, "gc-compiler", 8,
                    "other", 23),
            Map.of("acceptor", 1, "poller", 2, "management", 12, "virtual-thread-carrier", 3, "jdbc-pool", 1,
                    "http-client", 2, "log-writer", 1, "gc-compiler", 8, "other", 20));

    /** CPU milliseconds of a request to each stack. */
    private final List<Double> cpuMillis;

    private final Settings settings;

    private final Random random;

    private SampleResults(Scenario scenario, List<String> stacks, boolean quick, List<Double> cpuMillis, long seed) {
        this.cpuMillis = cpuMillis;
        this.random = new Random(seed);
        this.settings = new Settings(scenario, stacks(stacks),
                new Plan(quick, null, null, 0.05, Duration.ofMinutes(10), Duration.ofMinutes(1), 40_000), "512m", 1,
                null, null, CpuPlan.of(CpuPlan.Mode.SHARED, List.of(0, 1)));
    }

    public static Result steady(int blocks) {
        return steady(blocks, 1, 1);
    }

    /** Returns a result of another day, each stack {@code times} as expensive. */
    public static Result steady(int blocks, double times, long seed) {
        return new SampleResults(ScenarioFile.named(Scenario.BASELINE), STACKS, false,
                List.of(0.7 * times, 0.95 * times, 0.71 * times), seed).result(blocks);
    }

    public static Result quick() {
        return new SampleResults(ScenarioFile.named(Scenario.BASELINE), STACKS, true, List.of(0.7, 0.95, 0.71), 1)
                .result(2);
    }

    /** The payment API hangs for ten seconds. */
    public static Result outage(int blocks) {
        return of("payment-outage", 2, blocks);
    }

    /** Ten times the load for five seconds. */
    public static Result spike(int blocks) {
        return of("spike", 3, blocks);
    }

    /** Load from the first second on. */
    public static Result coldStart(int blocks) {
        return of("cold-start", 4, blocks);
    }

    /** The highest rate, searched for and held. */
    public static Result capacity(int blocks) {
        return of("capacity", 5, blocks);
    }

    private static Result of(String scenario, long seed, int blocks) {
        return new SampleResults(ScenarioFile.named(scenario), STACKS, false, List.of(0.7, 0.95, 0.71), seed)
                .result(blocks);
    }

    private Result result(int blocks) {
        List<Run> runs = new ArrayList<>();
        for (int block = 1; block <= blocks; block++) {
            double minute = Math.exp(0.05 * random.nextGaussian());
            for (int stack = 0; stack < settings.stacks().size(); stack++) {
                runs.add(run(block, stack, minute));
            }
        }
        return of(settings, runs);
    }

    private static Result of(Settings settings, List<Run> runs) {
        return Analysis.again(new Result(Result.SCHEMA, START, START.plus(Duration.ofMinutes(11)), Status.COMPLETE,
                null, 660, settings.plan().quick() ? Plan.QUICK_STAMP : null,
                List.of("--scenario", settings.scenario().name()), settings,
                Metric.headlines(settings.scenario()).stream().map(Metric::id).toList(),
                new Machine("AMD EPYC", 2, 24L << 30, "Linux 6.18 amd64", "Temurin 25.0.3+9", "0123abcd", false),
                settings.plan().quick() ? null : new Result.Ceiling(4_000, false, 0.21, 2_380), null,
                Experiment.jvmOptions(settings), "PostgreSQL 18, embedded",
                settings.stacks()
                        .stream()
                        .map(stack -> new Result.Build(stack.label(),
                                stack.label() + "0".repeat(64 - stack.label().length()),
                                List.of("spring-boot-4.1.0.jar")))
                        .toList(),
                runs, List.of(), List.of(), List.of()));
    }

    /** Returns a result with a change in its {@code result.json}. */
    private static Result changed(Result result, Consumer<ObjectNode> change) {
        return ResultFile.changed(result, Result.class, change);
    }

    /** Returns a run with a change in its part of {@code result.json}. */
    private static Run changed(Run run, Consumer<ObjectNode> change) {
        return ResultFile.changed(run, Run.class, change);
    }

    /** Returns a result with other runs, everything computed from them again. */
    public static Result withRuns(Result result, List<Run> runs) {
        return of(result.settings(), runs);
    }

    /** Returns a result that ended early. */
    public static Result failed(Result result, String failure) {
        return changed(result, json -> json.put("status", "FAILED").put("failure", failure));
    }

    /** Returns a result whose generator can send that much. */
    public static Result withCeiling(Result result, double usablePerSecond) {
        return changed(result, json -> json.set("ceiling",
                ResultFile.tree(new Result.Ceiling(2 * usablePerSecond, false, 0.5, usablePerSecond))));
    }

    /** Returns a result of another machine. */
    public static Result onMachineWith(String cpuModel, Result result) {
        return changed(result, json -> json.withObject("machine").put("cpuModel", cpuModel));
    }

    /** Returns a run that was not steady. */
    public static Run disturbed(Run run, boolean cutOff) {
        return changed(run, json -> {
            if (cutOff) {
                json.withObject("warmUp").put("ended", "TIME_LIMIT");
            }
            json.withObject("window").put("compilerPercent", 12).put("stealPercent", 8);
            ((ObjectNode) json.path("timeline").path(0)).put("generatorLagP99Millis", 300).put("generatorLate", true);
        });
    }

    /** Returns a result of services that do not tell what their threads are there for. */
    public static Result withoutRoles(Result result) {
        return changed(result, json -> json.path("runs")
                .forEach(run -> run.path("timeline")
                        .forEach(second -> ((ObjectNode) second).putObject("threadsByRole"))));
    }

    public static Run invalid(Run run, String problem) {
        return changed(run, json -> json.putArray("problems").add(problem));
    }

    /** Returns a run with {@code part} of its requests answered 504. */
    public static Run failing(Run run, double part) {
        Result.Requests requests = run.client().requests();
        long failed = Math.round(part * requests.planned());
        return changed(run, json -> json.withObject("client")
                .set("requests", ResultFile.tree(
                        new Result.Requests(requests.planned(), requests.sent(), requests.ok() - failed,
                                Map.of("status", failed), Map.of(200, requests.ok() - failed, 504, failed), 0))));
    }

    /** Returns a result with another goodput in one run. */
    public static Result withGoodput(Result result, String stack, int block, double perSecond) {
        return with(result, stack, block,
                run -> changed(run, json -> json.withObject("event").put("goodputPerSecond", perSecond)));
    }

    /** Returns a result in which one run held no rate. */
    public static Result notHeld(Result result, String stack, int block) {
        return with(result, stack, block, run -> changed(run, json -> json.set("capacity", ResultFile.tree(
                new Result.Capacity(CAPACITY.ratePerSecond(), false, CAPACITY.rungs(), CAPACITY.holds())))));
    }

    private static Result with(Result result, String stack, int block, UnaryOperator<Run> other) {
        return withRuns(result, result.runs()
                .stream()
                .map(run -> run.stack().equals(stack) && run.block() == block ? other.apply(run) : run)
                .toList());
    }

    /** Returns a result with other comparisons. */
    public static Result withComparisons(Result result, Result.Comparison... comparisons) {
        return changed(result, json -> json.set("comparisons", ResultFile.tree(List.of(comparisons))));
    }

    /** Returns a result of one program under several names. */
    public static Result withOneJar(Result result) {
        return changed(result,
                json -> json.path("builds").forEach(build -> ((ObjectNode) build).put("sha256", "0".repeat(64))));
    }

    /** Returns a result with one of its stacks started with these properties. */
    public static Result withProperties(Result result, String label, Map<String, String> properties) {
        return changed(result, json -> json.withObject("settings").path("stacks").forEach(stack -> {
            if (stack.path("label").asString().equals(label)) {
                ((ObjectNode) stack).set("properties", ResultFile.tree(properties));
            }
        }));
    }

    /** Returns a result with a stack under another name. */
    public static Result renamed(Result result, String from, String to) {
        List<Run> runs = result.runs()
                .stream()
                .map(run -> run.stack().equals(from) ? changed(run, json -> json.put("stack", to)) : run)
                .toList();
        return of(withStacks(result, stacks -> stacks.map(stack -> stack.equals(from) ? to : stack)), runs);
    }

    /** Returns a result as if that stack had not been in it. */
    public static Result without(Result result, String stack) {
        return of(withStacks(result, stacks -> stacks.filter(label -> !label.equals(stack))),
                result.runs().stream().filter(run -> !run.stack().equals(stack)).toList());
    }

    private static Settings withStacks(Result result, UnaryOperator<Stream<String>> labels) {
        Settings settings = result.settings();
        return new Settings(settings.scenario(), stacks(labels.apply(result.labels().stream()).toList()),
                settings.plan(), settings.heap(), settings.seed(), settings.database(), settings.paymentUrl(),
                settings.cpus());
    }

    private static List<StackSpec> stacks(List<String> labels) {
        return labels.stream().map(label -> new StackSpec(label, Path.of(label + ".jar"))).toList();
    }

    /** Returns a result whose scenario compares stacks in another way. */
    public static Result comparedBy(ComparisonPlan plan, Result result) {
        Scenario scenario = ResultFile.changed(result.settings().scenario(), Scenario.class,
                json -> json.set("comparison", ResultFile.tree(plan)));
        return of(result.settings().with(scenario), result.runs());
    }

    /** Returns a result as if it had ended when its intervals were narrow. */
    public static Result withPrecision(Result result, double precision) {
        return Analysis.again(changed(result,
                json -> json.withObject("settings").withObject("plan").put("precision", precision)));
    }

    private Run run(int block, int stack, double minute) {
        Latencies all = new Latencies();
        List<Second> timeline = new ArrayList<>();
        Map<String, Long> failed = new TreeMap<>();
        Map<Integer, Long> statuses = new TreeMap<>();
        int seconds = (int) settings.scenario().duration().toSeconds();
        for (int second = 0; second < seconds; second++) {
            timeline.add(second(second, stack, all, failed, statuses));
        }
        long planned = timeline.stream().mapToLong(Second::planned).sum();
        Latencies.Summary latency = all.summary();
        statuses.put(200, latency.count());
        boolean eventful = !settings.scenario().isSteady();
        double cpu = cpuMillis.get(stack) * minute * Math.exp(0.02 * random.nextGaussian());
        long startMillis = START.plus(Duration.ofMinutes(2L * block)).toEpochMilli();
        return new Run(block, settings.stacks().get(stack).label(), START.plus(Duration.ofMinutes(2L * block)),
                "block-" + block + "/" + settings.stacks().get(stack).label(), List.of(), stack == 0 && block == 1
                        ? List.of(
                                "the warm-up was cut off after 60 s; then the JIT compiler used 6.1 % of the CPU measured")
                        : List.of(),
                new Result.WarmUp(41_000 + random.nextInt(500), 40 + random.nextDouble(), Result.WarmUp.Ended.SETTLED,
                        List.of(new Result.WarmUp.Window(1, 8_000, 20_000, 1.1, 9),
                                new Result.WarmUp.Window(2, 40_000, 41_000, 0.9, 4))),
                new Result.MeasuredWindow(startMillis, startMillis + seconds * 1000L, startMillis - 700,
                        startMillis + seconds * 1000L + 300, planned, 3 + random.nextDouble(),
                        1.5 + random.nextDouble(),
                        2 + random.nextDouble(), 0.1),
                new Result.Client(new Result.Requests(planned, planned, latency.count(), failed, statuses, 0),
                        latency.count() / (double) seconds,
                        new Result.Latency(latency.count(), latency.p50(), latency.p90(), latency.p99(),
                                latency.p999(), latency.max(), all.encoded()),
                        new Latencies.Summary(planned, 0.1, 0.2, 0.5 + random.nextDouble(), 2, 4)),
                cost(cpu, stack),
                new Result.Service(Map.of("UseG1GC", "true", "MaxHeapSize", "536870912"), meters(stack, 0),
                        meters(stack, planned),
                        Map.of("connection", 0.1 + 0.1 * random.nextDouble(), "read", 0.5, "pay",
                                61 + random.nextDouble(), "log", 0.05, "rest", List.of(1.1, 0.7, 1.3).get(stack))),
                new Balance(planned + 41_000, planned + 41_000, planned + 41_000, planned + 41_000, 0, 0,
                        planned + 41_000, List.of()),
                new Result.Event(eventful ? retained(stack) : null, eventful ? retained(stack) : null,
                        eventful && !(stack == 2 && block == 2) ? Integer.valueOf(stack + 1 + block % 2) : null,
                        eventful ? Double.valueOf(60 - 10 * stack + random.nextDouble()) : null),
                settings.scenario().search() == Scenario.Search.CAPACITY_TO_HOLD ? CAPACITY : null, timeline);
    }

    private Result.Cost cost(double cpu, int stack) {
        return new Result.Cost(
                new Result.PerRequest(cpu, 0.03 * cpu, 0.15 + 0.01 * random.nextDouble(), 0.2, 0.6,
                        List.of(7.2, 4.2, 14.3).get(stack) + 0.05 * random.nextGaussian(), 0.05,
                        List.of(99.0, 153.0, 124.0).get(stack) * 1024 * Math.exp(0.03 * random.nextGaussian())),
                new Result.Memory(
                        (long) (List.of(32.0, 23.0, 32.0).get(stack) * Metric.MIB
                                * Math.exp(0.005 * random.nextGaussian())),
                        (long) (List.of(86.0, 89.0, 86.5).get(stack) * Metric.MIB), (long) (575 * Metric.MIB)),
                new Result.Threads(List.of(104, 20, 29).get(stack), List.of(125, 42, 50).get(stack)),
                new Result.Collections(3, 17 + random.nextInt(10)));
    }

    private Second second(int second, int stack, Latencies all, Map<String, Long> failed, Map<Integer, Long> statuses) {
        Scenario scenario = settings.scenario();
        boolean outage = !scenario.faults().isEmpty() && second >= scenario.faults().getFirst().at().toSeconds()
                && second < scenario.faults().getLast().at().toSeconds();
        double rate = settings.scenario().rate() * times(scenario, second);
        long planned = Math.round(rate + Math.sqrt(rate) * random.nextGaussian());
        Latencies latencies = new Latencies();
        Map<String, Long> outcomes = new LinkedHashMap<>();
        for (int request = 0; request < planned; request++) {
            if (outage) {
                boolean shed = random.nextDouble() < 0.3 * stack;
                outcomes.merge(shed ? Outcome.SHED.id() : Outcome.TIMEOUT.id(), 1L, Long::sum);
                failed.merge(shed ? "status" : "timeout", 1L, Long::sum);
                if (shed) {
                    statuses.merge(503, 1L, Long::sum);
                }
            } else {
                double queue = times(scenario, second) > 1 ? 4 + stack : 1;
                long micros = (long) (50_000 * queue * Math.exp(0.6 * random.nextGaussian()));
                latencies.record(micros);
                all.record(micros);
                outcomes.merge(Outcome.OK.id(), 1L, Long::sum);
            }
        }
        Latencies.Summary latency = latencies.summary();
        return new Second(second, planned, outcomes, latency.p50(), latency.p99(), latency.max(), 0.5, false,
                (int) (outage ? 100 + 10 * random.nextInt(20) : rate * 0.06), rate * cpuMillis.get(stack) / 1000,
                (long) ((400 + 6 * second) * Metric.MIB), List.of(125, 42, 50).get(stack), THREADS.get(stack));
    }

    private static double times(Scenario scenario, int second) {
        long end = 0;
        for (Scenario.Step step : scenario.steps()) {
            end += step.duration().toSeconds();
            if (second < end) {
                return step.times();
            }
        }
        return 1;
    }

    private static ServiceMeters meters(int stack, long requests) {
        Map<String, Double> seconds = Map.of("pay", 0.061 * requests, "rest", 0.001 * requests);
        Map<String, Double> counts = Map.of("pay", (double) requests, "rest", (double) requests);
        return new ServiceMeters(seconds, counts, limits(stack),
                Map.of("database-connections", 0L, "payment-connections", 0L), Map.of("database-connections", 16L),
                Map.of(),
                Map.of("worker", 10 + stack), 1 << 20);
    }

    /** The first stack has a thread for each request. */
    private static Map<String, Long> limits(int stack) {
        Map<String, Long> limits = new TreeMap<>(
                Map.of("database-connections", 16L, "payment-connections", 2000L, "requests", 1000L));
        if (stack == 0) {
            limits.put("request-workers", 1024L);
        }
        return limits;
    }

    private static Retained retained(int stack) {
        ServiceMeters meters = meters(stack, 0);
        return new Retained(meters.used(), meters.idle(), meters.waiting(), meters.threads(), 200, 30L << 20);
    }
}
