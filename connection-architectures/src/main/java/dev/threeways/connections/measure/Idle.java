package dev.threeways.connections.measure;

import dev.threeways.lab.process.ProcessFigures;
import dev.threeways.connections.Architecture;
import dev.threeways.connections.measure.Findings.Metric;
import dev.threeways.lab.process.ProcessFigures.Memory;
import dev.threeways.lab.process.JvmOptions;
import dev.threeways.lab.cli.DurationConverter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ObjDoubleConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code idle}: cost of connections on which nothing happens, and their effect on active ones. */
@Command(name = "idle", description = "Idle keep-alive connections: memory, CPU, and the latency of a few active ones.")
final class Idle extends Measurement {

    private static final double KIB = 1024;

    /** Factor of a service's warm-up: it has far more code. */
    private static final double SERVICE_WARM_UP = 12;

    private static final double UNEVEN = 1.1;

    private static final long SETTLE_MILLIS = 1_000;

    /**
     * Limits the idle measurement before there are idle connections: active ones are not used meanwhile, and must not
     * be closed for it.
     */
    private static final Duration MOST_BEFORE = Duration.ofSeconds(10);

    /** Time a server has to close its ends of connections. */
    private static final Duration CLOSED_LIMIT = Duration.ofSeconds(60);

    private static final String SERVICE = "-service";

    /**
     * Connection limit of the services, for idle and active ones together. More connections raise it, for all services
     * alike.
     */
    private static final int OWN_LIMIT = 16_000;

    @Option(names = "--connections", split = ",", defaultValue = "1000,5000,10000,15000", description = "Idle ones. More than a process may open are held by several processes on one port, by servers "
            + "that can share it. Default: ${DEFAULT-VALUE}")
    private List<Integer> connections;

    @Option(names = "--servers", split = ",", description = "Which of './architectures list'. Default: all")
    private @Nullable List<String> servers;

    @Option(names = "--services", split = ",", description = "Also blocking, reactive, virtual-thread: the three services, in a heap of 512 MB. Default: all, "
            + "if --servers are not named")
    private @Nullable List<String> services;

    @Option(names = "--idle", converter = DurationConverter.class, defaultValue = "5s", paramLabel = "TIME", description = "In which nothing happens. Default: ${DEFAULT-VALUE}")
    private Duration idle;

    @Option(names = "--active", defaultValue = "32", description = "Active connections. Default: ${DEFAULT-VALUE}")
    private int active;

    @Option(names = "--rate", defaultValue = "200", description = "Requests a second on all of these together. Default: ${DEFAULT-VALUE}")
    private double rate;

    @Option(names = "--duration", converter = DurationConverter.class, defaultValue = "8s", paramLabel = "TIME", description = "Of that load: before the idle connections, with them, after them. Default: ${DEFAULT-VALUE}")
    private Duration duration;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls anything
    Idle() {}

    @Override
    Duration duration() {
        return duration;
    }

    /** Returns it for a server of this module; a service is warmed up for longer. */
    @Override
    Duration perCase() {
        return super.perCase().plus(duration.multipliedBy(2)).plus(before()).plus(idle);
    }

    /** Returns how long CPU is measured before there are idle connections. */
    private Duration before() {
        return idle.compareTo(MOST_BEFORE) < 0 ? idle : MOST_BEFORE;
    }

    @Override
    String question() {
        return "What does an idle keep-alive connection cost in memory, of the process and of the kernel, and in CPU; and do "
                + "active ones feel it?";
    }

    @Override
    String xTitle() {
        return "idle connections";
    }

    @Override
    List<Metric> metrics() {
        return List.of(new Metric("heap", "live heap per idle connection, KiB", true),
                new Metric("outside", "resident outside the heap, per idle connection, KiB", false),
                new Metric("kernel", "kernel memory per idle connection, both ends, KiB", false),
                new Metric("threads", "platform threads of the server while all are idle", false),
                new Metric("cpu", "CPU while all are idle, less without them and without the JIT compiler, % of one",
                        false),
                new Metric("p50", "active connections, p50 with idle ones, ms", false),
                new Metric("p99", "active connections, p99 with idle ones, ms", false),
                new Metric("p99ratio", "p99 with idle ones ÷ without", false),
                new Metric("lost", "idle connections lost", false),
                new Metric("errors", "requests not answered well", false));
    }

    @Override
    List<String> settings() {
        return List.of(String.format(Locale.ROOT,
                "Warm-up: closed loop. Each idle connection was used once. Live heap after a full collection, and "
                        + "what is resident outside it, with the idle connections less without. CPU: %.0f s of nothing. %d active "
                        + "connections: %.0f requests/s together, open loop, %.0f s before the idle ones, with them and after them. %s",
                seconds(idle), active, rate, seconds(), String.join("; ", jvms())));
    }

    private List<String> jvms() {
        List<String> jvms = new ArrayList<>();
        if (!servers().isEmpty()) {
            jvms.add("JVM: " + String.join(" ", ServerProcess.JVM_OPTIONS));
        }
        if (!services().isEmpty()) {
            jvms.add("JVM of the services: " + String.join(" ",
                    JvmOptions.service(Service.HEAP, Runtime.getRuntime().availableProcessors())));
            if (connections.stream().anyMatch(count -> count + active > OWN_LIMIT && count + active <= inOne())) {
                jvms.add("and, for more than " + OWN_LIMIT + " connections, "
                        + String.join(" ", raisedLimit()));
            }
        }
        return jvms;
    }

    /** Returns the properties of Tomcat and of the reactive service: each reads its own. */
    private static String[] raisedLimit() {
        return new String[]{"-Dserver.tomcat.max-connections=" + inOne(), "-Dserver-connections.max=" + inOne()};
    }

    @Override
    List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String name : services()) {
            if (!Service.NAMES.contains(name)) {
                throw wrong("There is no service '" + name + "', but " + Service.NAMES);
            }
            for (int count : connections) {
                if (count + active <= inOne()) {
                    cases.add(new Case(name + SERVICE, count));
                } else {
                    note("A service runs in one process, which may open " + ProcessFigures.maxOpenFiles()
                            + " files here: not measured with " + count + " connections.");
                }
            }
        }
        for (String name : servers()) {
            try {
                Architecture architecture = Architecture.of(name);
                for (int count : connections) {
                    if (isWithinLimits(architecture, count)) {
                        cases.add(new Case(architecture.toString(), count));
                    }
                }
            } catch (IllegalArgumentException e) {
                throw wrong(String.valueOf(e.getMessage()));
            }
        }
        return cases;
    }

    private static int inOne() {
        return (int) Math.min(ServerProcess.MOST_CONNECTIONS, ProcessFigures.maxOpenFiles() - 400);
    }

    private List<String> services() {
        return services != null ? services : servers != null ? List.of() : Service.NAMES;
    }

    private List<String> servers() {
        return servers != null ? servers : services != null ? List.of() : Requests.architectures();
    }

    /**
     * Whether so many connections are possible. A platform thread for each of 50,000 exceeds the number of process ids.
     */
    private boolean isWithinLimits(Architecture architecture, int count) {
        if (count + active > inOne() && !architecture.canShareAPort()) {
            note(architecture + " runs in one process, which may open " + ProcessFigures.maxOpenFiles()
                    + " files here: not measured with " + count + " connections.");
            return false;
        }
        if (count > 30_000 && architecture == Architecture.THREAD_PER_CONNECTION) {
            note(architecture + " would need a thread for each of " + count
                    + " connections, and there are 32,768 process ids on most systems: not measured.");
            return false;
        }
        return true;
    }

    @Override
    String reference() {
        return Architecture.SINGLE_THREADED.toString();
    }

    @Override
    void measure(Case one, long caseSeed, ObjDoubleConsumer<String> figures) throws IOException, InterruptedException {
        int count = (int) one.x();
        int inOne = inOne();
        // The kernel spreads connections by a hash, never quite evenly.
        int processes = count + active <= inOne ? 1 : Math.ceilDiv((int) ((count + active) * UNEVEN), inOne);
        boolean isService = one.series().endsWith(SERVICE);
        try (Target all = isService
                ? Service.start(one.series().replace(SERVICE, ""), logs(),
                        count + active > OWN_LIMIT ? raisedLimit() : new String[0])
                : Target.of(Architecture.of(one.series()), processes, inOne, logs());
                Worker busy = Worker.client(0);
                Clients sleepers = new Clients(count, inOne)) {
            JsonNode _ = busy.ask("connect " + all.port() + " " + active);
            Outcome _ = busy.closed((isService ? SERVICE_WARM_UP : 1) * warmUpSeconds(), active, all.request());
            Outcome before = load(one, busy, all, caseSeed + 1);
            Memory memory = all.memory();
            double kernel = ProcessFigures.kernelBytes();
            double cpu = cpuPercent(all, before());
            long descriptors = all.descriptors();
            sleepers.connect(all.port(), count, all.request());
            Memory full = all.memory();
            figures.accept("heap", (full.liveHeapBytes() - memory.liveHeapBytes()) / KIB / count);
            figures.accept("outside", (full.outsideHeapBytes() - memory.outsideHeapBytes()) / KIB / count);
            figures.accept("kernel", (ProcessFigures.kernelBytes() - kernel) / KIB / count);
            figures.accept("cpu", cpuPercent(all, idle) - cpu);
            figures.accept("threads", all.threads());
            Outcome with = load(one, busy, all, caseSeed + 2);
            figures.accept("p50", with.percentileMillis(50));
            figures.accept("p99", with.percentileMillis(99));
            // Counted by the client and by the kernel: the lower count is taken.
            int held = Math.min(sleepers.alive(), ProcessFigures.established(all.port()) - active);
            figures.accept("lost", count - held);
            sleepers.disconnect();
            long until = System.nanoTime() + CLOSED_LIMIT.toNanos();
            while (all.descriptors() > descriptors + count / 100 && System.nanoTime() - until < 0) {
                Thread.sleep(100); // while the server closes its ends
            }
            Thread.sleep(SETTLE_MILLIS); // settles what comes of that
            Outcome after = load(one, busy, all, caseSeed + 3);
            figures.accept("p99ratio", with.percentileMillis(99) / before.plus(after).percentileMillis(99));
            figures.accept("errors", (double) (before.errors() + with.errors() + after.errors()));
        }
    }

    private Outcome load(Case one, Worker busy, Target all, long seed) throws IOException {
        return checked(one, busy.open(rate, seconds(), active, seed, all.request()));
    }

    /** Returns CPU while nothing is sent. */
    private static double cpuPercent(Target all, Duration measured) throws IOException, InterruptedException {
        Thread.sleep(SETTLE_MILLIS); // what a collection left to be done must not count
        double cpu = all.cpuMillis();
        Thread.sleep(measured); // the measured interval
        return (all.cpuMillis() - cpu) / 10 / seconds(measured);
    }
}
