package dev.threeways.comparison.cli;

import dev.threeways.comparison.scenario.Plan;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.process.CpuPlan;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Says of a machine what it lets {@code ./compare} do. Each check takes what it judges, and reads nothing else. */
final class Checkup {

    /** The version that the project is built for, as {@code ops/run.sh} has it. */
    private static final int JDK = 25;

    private static final double GIB = 1L << 30;

    /**
     * Files that a service may need: 1,000 requests in flight have a connection each to caller and payment API, and
     * idle ones, jars and logs come on top.
     */
    private static final long FILES_OF_A_SERVICE = 4_096;

    /** Files of the largest measurement: 15,000 idle connections, 32 active ones, and 400 files of the process itself. */
    private static final long FILES_OF_IDLE = 15_432;

    /** Steal from which a report says that a fork was, in effect, measured on another machine. */
    private static final double MUCH_STEAL_PERCENT = 5;

    /** What a check came to. */
    enum State {
        OK("OK"),
        WARNING("warning"),
        SKIPPED("will be skipped"),
        IMPOSSIBLE("impossible");

        private final String text;

        State(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /**
     * @param advice what to do; empty if nothing
     */
    record Check(String name, State state, String finding, String advice) {

        static Check ok(String name, String finding) {
            return new Check(name, State.OK, finding, "");
        }
    }

    private Checkup() {}

    static Check jdk(Runtime.Version version, String home) {
        String finding = version + ", " + home;
        return version.feature() == JDK
                ? Check.ok("JDK", finding)
                : new Check("JDK", State.WARNING, finding,
                        "The services are built for JDK " + JDK + ": set JAVA_HOME to one");
    }

    /** @param path the variable of that name */
    static Check maven(String path) {
        Optional<Path> maven = Arrays.stream(path.split(":", -1))
                .flatMap(directory -> Stream.of(Path.of(directory, "mvn")))
                .filter(Files::isExecutable)
                .findFirst();
        return maven.map(mvn -> Check.ok("Maven", mvn.toString()))
                .orElseGet(() -> new Check("Maven", State.WARNING, "mvn is not on the PATH",
                        "What is built runs. To build after a change, install Maven"));
    }

    /** Checks what the script builds. */
    static Check jars(Home home) {
        List<Path> missing = Stream.concat(StackSpec.BUILT_IN.stream().map(home::serviceJar),
                Stream.of(home.simulatorJar(), home.probeJar())).filter(jar -> !Files.isRegularFile(jar)).toList();
        return missing.isEmpty()
                ? Check.ok("build", "services, payment simulator and probe are built")
                : new Check("build", State.IMPOSSIBLE, "there is no " + missing.getFirst(),
                        "Build it: mvn -DskipTests package");
    }

    /** Returns the stacks that are compared without other options, built or not. */
    static List<StackSpec> stacks(Home home) {
        return StackSpec.BUILT_IN.stream().map(name -> new StackSpec(name, home.serviceJar(name))).toList();
    }

    /** @param availableBytes 0 if not known */
    static Check memory(long availableBytes, List<StackSpec> stacks) {
        if (availableBytes == 0) {
            return new Check("memory", State.WARNING, "how much is available is not known here",
                    "Three stacks side by side take some 4 GiB");
        }
        String available = String.format(Locale.ROOT, "%.1f GiB are available", availableBytes / GIB);
        try {
            new Settings(ScenarioFile.named(Scenario.BASELINE), stacks, Plan.NOTHING, ServiceOptions.HEAP, 1, null,
                    null, CpuPlan.choose(CpuPlan.Mode.SHARED, false)).requireMemory(availableBytes);
            return Check.ok("memory", available + ", enough for three stacks side by side");
        } catch (UsageException e) {
            return new Check("memory", State.IMPOSSIBLE, available, String.valueOf(e.getMessage()));
        }
    }

    /** @param limit of one process */
    static Check openFiles(long limit) {
        String finding = limit == Long.MAX_VALUE ? "no limit is known" : limit + " in a process";
        if (limit < FILES_OF_A_SERVICE) {
            return new Check("open files", State.WARNING, finding,
                    "Under overload a service may need " + FILES_OF_A_SERVICE + ": raise the hard limit (ulimit -Hn)");
        }
        return limit < FILES_OF_IDLE
                ? new Check("open files", State.SKIPPED, finding + ": services with 15,000 idle connections",
                        "./architectures idle needs " + FILES_OF_IDLE + " for them: raise the hard limit (ulimit -Hn)")
                : Check.ok("open files", finding);
    }

    /** @param wanted what {@code serve} needs each port for */
    static Check ports(Map<Integer, String> wanted) {
        try {
            Ports.requireFree(wanted);
            return Check.ok("ports", "those of ./compare serve are free");
        } catch (UsageException e) {
            return new Check("ports", State.WARNING,
                    "./compare serve cannot have those it wants; run needs none of them",
                    String.valueOf(e.getMessage()));
        }
    }

    /** @param chosen for a moderate load, without {@code --cpus} */
    static Check cpus(CpuPlan chosen) {
        if (chosen.mode() == CpuPlan.Mode.PINNED) {
            return Check.ok("CPUs", chosen.describe());
        }
        return new Check("CPUs", State.WARNING, chosen.describe(),
                "Figures include what services, database and load generator take from each other; four CPUs can be pinned");
    }

    /** @param refusal why CPUs cannot be pinned; empty if they can */
    static Check pinning(Optional<String> refusal) {
        return refusal.map(why -> new Check("pinning", State.SKIPPED,
                "capacity and overload run on shared CPUs, where a service takes them from the generator", why))
                .orElseGet(
                        () -> Check.ok("pinning", "possible: capacity and overload pin the service to its own CPUs"));
    }

    /** @param percent of CPU time that the host took; negative if not known */
    static Check steal(double percent) {
        String finding = String.format(Locale.ROOT, "%.1f %% of CPU time", percent);
        if (percent < 0) {
            return new Check("host steal", State.SKIPPED, "what a host takes from this machine is not known here",
                    "On a shared host, repeat the run at another hour");
        }
        return percent > MUCH_STEAL_PERCENT
                ? new Check("host steal", State.WARNING, finding,
                        "The host is busy: wait, or run more blocks with --blocks")
                : Check.ok("host steal", finding);
    }

    /** @param hasProc whether the kernel tells about processes in {@code /proc} */
    static Check kernel(boolean hasProc) {
        return hasProc
                ? Check.ok("kernel", "tells CPU, memory, threads and context switches of each process")
                : new Check("kernel", State.SKIPPED, "context switches, threads by role, ./architectures",
                        "These need Linux");
    }
}
