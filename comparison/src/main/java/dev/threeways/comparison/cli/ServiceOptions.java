package dev.threeways.comparison.cli;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.comparison.scenario.Plan;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.cli.DurationConverter;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.process.CpuPlan;
import dev.threeways.lab.process.Home;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that comparing and serving have in common. */
final class ServiceOptions {

    static final String HEAP = "512m";

    @Option(names = "--stack", paramLabel = "NAME[=APP.JAR]", description = {
            "A stack: blocking, reactive, virtual-thread, or any label with the jar of another application that serves"
                    + " the same endpoint. Repeatable, or a comma list.",
            "Default: blocking,reactive,virtual-thread"})
    private List<String> stack = new ArrayList<>();

    @Option(names = "--cpus", paramLabel = "pinned|shared", description = {
            "pinned: the service has CPUs of its own, everything else the rest. shared: everybody has all.",
            "Default: pinned with four CPUs or more, or where the highest rate is searched for, else shared"})
    private CpuPlan.@Nullable Mode cpus;

    @Option(names = "--heap", defaultValue = HEAP, converter = Converters.HeapConverter.class, paramLabel = "SIZE", description = "Heap of a service. Default: ${DEFAULT-VALUE}")
    private String heap = "";

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Of orders, arrivals, payment "
            + "latencies and the order of stacks. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--payment-median", converter = DurationConverter.class, paramLabel = "TIME", description = "Median latency of the payment API. Default: 50ms, or the scenario's")
    private @Nullable Duration paymentMedian;

    @Option(names = "--payment-p99", converter = DurationConverter.class, paramLabel = "TIME", description = "99th percentile of it. Default: 200ms, or the scenario's")
    private @Nullable Duration paymentP99;

    @Option(names = "--database-url", converter = Converters.DatabaseConverter.class, paramLabel = "URL", description = "postgresql://user:password@host:port/database with the orders of ops/database, instead of an"
            + " embedded PostgreSQL")
    private @Nullable DatabaseAddress database;

    @Option(names = "--payment-url", converter = Converters.PaymentUrlConverter.class, paramLabel = "URL", description = "http://host:port of a payment API, instead of a simulator. If it is the payment simulator,"
            + " its books are used, and begun anew. Stacks share it, and therefore run one after the other, never in turns. Its answers need not"
            + " repeat a request's Idempotency-Key (payment.answer-key=if-present)")
    private @Nullable URI paymentUrl;

    List<StackSpec> stacks(Home home) {
        return StackSpec.parse(stack, home);
    }

    /**
     * @param scenario to be run, before these options apply
     * @throws UsageException naming the option whose value cannot be used
     */
    Settings settings(Home home, Scenario scenario, Plan plan) {
        Duration median = paymentMedian != null ? paymentMedian : scenario.paymentMedian();
        Duration p99 = paymentP99 != null ? paymentP99 : scenario.paymentP99();
        if (median.isZero() || p99.compareTo(median) <= 0) {
            throw new UsageException("--payment-p99 (" + p99.toMillis() + " ms) must be longer than --payment-median ("
                    + median.toMillis() + " ms)");
        }
        if (seed < 0) {
            throw new UsageException("--seed must not be negative: " + seed);
        }
        requireOwnBackends(scenario);
        return new Settings(scenario.withPayment(median, p99), StackSpec.withVariants(stacks(home), scenario), plan,
                heap, seed, database, paymentUrl, CpuPlan.choose(cpus, scenario.search() != Scenario.Search.NOTHING));
    }

    /** Rejects an external database or payment API that the scenario would have to change. */
    private void requireOwnBackends(Scenario scenario) {
        boolean readsWait = !scenario.databaseWait().isZero()
                || scenario.variants().stream().anyMatch(variant -> !variant.databaseWait().isZero());
        if (database != null && readsWait) {
            throw new UsageException("--database-url: in scenario '" + scenario.name()
                    + "' reads wait in the database, which has to be the comparison's own");
        }
        if ((database != null || paymentUrl != null) && !scenario.faults().isEmpty()) {
            throw new UsageException((database != null ? "--database-url" : "--payment-url") + ": scenario '"
                    + scenario.name() + "' breaks what services call, which has to be the comparison's own");
        }
    }
}
