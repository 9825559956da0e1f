package dev.threeways.comparison;

import dev.threeways.backends.DatabaseAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What comparing and serving have in common. */
final class ServiceOptions {

    @Option(names = "--stack", paramLabel = "NAME[=APP.JAR]", description = {
            "A stack: blocking, reactive, virtual-thread, or any label with the jar of another application that serves"
                    + " the same endpoint. Repeatable, or a comma list.",
            "Default: blocking,reactive,virtual-thread"})
    private List<String> stack = new ArrayList<>();

    @Option(names = "--cpus", paramLabel = "pinned|shared", description = {
            "pinned: the service has CPUs of its own, everything else the rest. shared: everybody has all.",
            "Default: pinned with four CPUs or more, shared below"})
    private CpuPlan.@Nullable Mode cpus;

    @Option(names = "--heap", defaultValue = "512m", converter = Converters.HeapConverter.class, paramLabel = "SIZE", description = "Heap of a service. Default: ${DEFAULT-VALUE}")
    private String heap = "";

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Of orders, arrivals, payment "
            + "latencies and the order of stacks. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--payment-median", defaultValue = "50ms", converter = Converters.DurationConverter.class, paramLabel = "TIME", description = "Median latency of the payment API. Default: ${DEFAULT-VALUE}")
    private Duration paymentMedian = Duration.ZERO;

    @Option(names = "--payment-p99", defaultValue = "200ms", converter = Converters.DurationConverter.class, paramLabel = "TIME", description = "99th percentile of it. Default: ${DEFAULT-VALUE}")
    private Duration paymentP99 = Duration.ZERO;

    @Option(names = "--database-url", converter = Converters.DatabaseConverter.class, paramLabel = "URL", description = "postgresql://user:password@host:port/database with the orders of ops/database, instead of an"
            + " embedded PostgreSQL")
    private @Nullable DatabaseAddress database;

    @Option(names = "--payment-url", converter = Converters.PaymentUrlConverter.class, paramLabel = "URL", description = "http://host:port of a payment API, instead of a simulator. If it is the payment simulator,"
            + " its books are used, and begun anew")
    private @Nullable URI paymentUrl;

    /** What is only of interest to a comparison. */
    record Load(boolean quick, int rate, Duration duration, @Nullable Integer rounds, Duration budget,
            Duration warmUpLimit, int warmUpRequests, Settings.Topology topology) {

        /** When nothing is measured. */
        static final Load NONE = new Load(false, 0, Duration.ZERO, null, Duration.ZERO, Duration.ZERO, 0,
                Settings.Topology.SHARED);
    }

    List<StackSpec> stacks(Home home) {
        return StackSpec.parse(stack, home);
    }

    /** @throws UsageException naming the option whose value cannot be used */
    Settings settings(Home home, Load load) {
        if (paymentMedian.isZero() || paymentP99.compareTo(paymentMedian) <= 0) {
            throw new UsageException("--payment-p99 (" + paymentP99.toMillis()
                    + " ms) must be longer than --payment-median (" + paymentMedian.toMillis() + " ms)");
        }
        if (seed < 0) {
            throw new UsageException("--seed must not be negative: " + seed);
        }
        return new Settings(stacks(home), load.quick(), load.rate(), load.duration(), load.rounds(), load.budget(),
                load.warmUpLimit(), load.warmUpRequests(), load.topology(), paymentMedian, paymentP99, heap, seed,
                database, paymentUrl, CpuPlan.choose(cpus));
    }
}
