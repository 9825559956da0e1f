package dev.threeways.lab.process;

import java.util.List;
import java.util.stream.Stream;

/**
 * Options of the JVMs of a run. They state whatever a JVM would guess from the CPUs it sees: on one CPU it would
 * silently take SerialGC and a single carrier.
 */
public final class JvmOptions {

    /**
     * Follows HotSpot's own rule for tiered compilation, {@code CompilationPolicy::initialize}, in its whole numbers.
     */
    static int compilerThreads(int cpus) {
        int log = log2(cpus);
        return Math.max(log * log2(Math.max(log, 1)) * 3 / 2, 2);
    }

    private static int log2(int value) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value);
    }

    private JvmOptions() {}

    /** Lists what each child gets anyway, so that a result tells of it. */
    private static List<String> after(List<String> inherited, String... options) {
        return Stream.concat(inherited.stream(), Stream.of(options)).toList();
    }

    /**
     * Returns options that are equal for every service.
     *
     * @param heap size as {@code -Xmx} takes it
     * @param cpus CPUs the service may use: one GC thread, one carrier and one event loop for each
     */
    public static List<String> service(String heap, int cpus) {
        return after(JvmProcess.childOptions(), "-Xms" + heap, "-Xmx" + heap,
                "-XX:+UseG1GC", "-XX:ParallelGCThreads=" + cpus, "-XX:ConcGCThreads=" + Math.max(1, cpus / 4),
                "-XX:ActiveProcessorCount=" + cpus, "-XX:CICompilerCount=" + compilerThreads(cpus),
                // CPU time of ended compiler threads cannot be read, and would count as the service's.
                "-XX:-UseDynamicNumberOfCompilerThreads",
                "-Djdk.virtualThreadScheduler.parallelism=" + cpus,
                // The JVM's default: carriers that may replace blocked ones, such as those in file I/O.
                "-Djdk.virtualThreadScheduler.maxPoolSize=" + Math.max(256, cpus),
                "-Dreactor.netty.ioWorkerCount=" + cpus,
                // Netty needs both; without them it falls back to slower ways and warns.
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                // Lets a service count its virtual threads.
                "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
                // A JVM that lost a thread to a full heap may hang for ever: it should die, and be reported.
                "-XX:+ExitOnOutOfMemoryError");
    }

    /** Returns options of payment simulator and generator: enough not to be what is measured. */
    public static List<String> other(String heap, int cpus) {
        return after(JvmProcess.childOptions(), "-Xms" + heap, "-Xmx" + heap, "-XX:+UseG1GC",
                "-XX:ParallelGCThreads=" + cpus,
                "-XX:ConcGCThreads=1", "-XX:ActiveProcessorCount=" + cpus,
                "-XX:CICompilerCount=" + compilerThreads(cpus), "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-XX:+ExitOnOutOfMemoryError");
    }
}
