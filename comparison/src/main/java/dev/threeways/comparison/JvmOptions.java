package dev.threeways.comparison;

import java.util.List;

/**
 * The options of the JVMs of a run. Whatever the JVM would guess from the CPUs it sees is said instead: on one CPU it
 * would silently take SerialGC and a single carrier.
 */
final class JvmOptions {

    /** As the JVM's own rule has it, {@code CompilationPolicy}: log2(n) * log2(log2(n)) * 3/2, at least 2. */
    static int compilerThreads(int cpus) {
        double log = Math.log(Math.max(cpus, 2)) / Math.log(2);
        double logLog = Math.max(1, Math.log(log) / Math.log(2));
        return Math.max(2, (int) (log * logLog * 3 / 2));
    }

    private JvmOptions() {}

    /**
     * The same list for every service.
     *
     * @param heap size as {@code -Xmx} takes it
     * @param cpus CPUs the service may use: one GC thread, one carrier and one event loop for each
     */
    static List<String> service(String heap, int cpus) {
        return List.of("-Xms" + heap, "-Xmx" + heap,
                "-XX:+UseG1GC", "-XX:ParallelGCThreads=" + cpus, "-XX:ConcGCThreads=" + Math.max(1, cpus / 4),
                "-XX:ActiveProcessorCount=" + cpus, "-XX:CICompilerCount=" + compilerThreads(cpus),
                "-Djdk.virtualThreadScheduler.parallelism=" + cpus,
                // The JVM's default: carriers that may replace blocked ones, such as those in file I/O.
                "-Djdk.virtualThreadScheduler.maxPoolSize=" + Math.max(256, cpus),
                "-Dreactor.netty.ioWorkerCount=" + cpus,
                // Netty asks for both; without them it falls back to slower ways and warns.
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                // A JVM that lost a thread to a full heap may hang on for ever: it should die, and be reported.
                "-XX:+ExitOnOutOfMemoryError");
    }

    /** Of the payment simulator and the generator: enough not to be what is measured. */
    static List<String> other(String heap, int cpus) {
        return List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+UseG1GC", "-XX:ParallelGCThreads=" + cpus,
                "-XX:ConcGCThreads=1", "-XX:ActiveProcessorCount=" + cpus,
                "-XX:CICompilerCount=" + compilerThreads(cpus), "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-XX:+ExitOnOutOfMemoryError");
    }
}
