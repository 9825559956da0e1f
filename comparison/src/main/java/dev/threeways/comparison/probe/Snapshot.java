package dev.threeways.comparison.probe;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The counters of this JVM as one line of JSON, written by hand because nothing may be added to the class path. */
final class Snapshot {

    /** Flags that are set for every service, read back as proof. */
    private static final List<String> FLAGS = List.of("ActiveProcessorCount", "UseG1GC", "UseSerialGC", "UseZGC",
            "ParallelGCThreads", "ConcGCThreads", "CICompilerCount", "UseDynamicNumberOfCompilerThreads",
            "InitialHeapSize", "MaxHeapSize",
            "UseCompactObjectHeaders", "ExitOnOutOfMemoryError");

    private static final List<String> PROPERTIES = List.of("java.vm.name", "java.runtime.version",
            "jdk.virtualThreadScheduler.parallelism", "jdk.virtualThreadScheduler.maxPoolSize",
            "reactor.netty.ioWorkerCount");

    private static final String CPUS = "Cpus_allowed_list:";

    private static final Pattern TRANSPORT = Pattern.compile("-(nio|epoll|io_uring|kqueue)-");

    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

    private static final HotSpotDiagnosticMXBean DIAGNOSTIC = ManagementFactory
            .getPlatformMXBean(HotSpotDiagnosticMXBean.class);

    private Snapshot() {}

    static void forgetPeaks() {
        THREADS.resetPeakThreadCount();
    }

    /**
     * Reads resource usage first, so that taking the snapshot is not in it. Allocation is the sum over all threads,
     * those that ended and carriers of virtual threads included; per-thread figures are -1 for virtual threads.
     */
    static String now() {
        String usage = ResourceUsage.now().map(Snapshot::json).orElse("");
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        return "{" + usage
                + "\"allocatedBytes\":" + THREADS.getTotalThreadAllocatedBytes()
                + ",\"threads\":" + THREADS.getThreadCount()
                + ",\"peakThreads\":" + THREADS.getPeakThreadCount()
                + ",\"collections\":" + collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionCount).sum()
                + ",\"collectionMillis\":"
                + collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionTime).sum()
                + ",\"heapUsedBytes\":" + MEMORY.getHeapMemoryUsage().getUsed()
                + ",\"nonHeapUsedBytes\":" + MEMORY.getNonHeapMemoryUsage().getUsed()
                + ",\"availableProcessors\":" + Runtime.getRuntime().availableProcessors()
                + ",\"flags\":{" + flags() + "}}";
    }

    private static String json(ResourceUsage usage) {
        return "\"userMicros\":" + usage.userMicros() + ",\"systemMicros\":" + usage.systemMicros()
                + ",\"voluntarySwitches\":" + usage.voluntarySwitches() + ",\"involuntarySwitches\":"
                + usage.involuntarySwitches() + ",";
    }

    private static String flags() {
        String flags = FLAGS.stream()
                .map(name -> json(name, DIAGNOSTIC.getVMOption(name).getValue()))
                .collect(Collectors.joining(","));
        String properties = PROPERTIES.stream()
                .map(name -> json(name, System.getProperty(name, "")))
                .collect(Collectors.joining(","));
        return flags + "," + properties + "," + json("transport", transports()) + ","
                + json("cpusAllowed", cpusAllowed());
    }

    /** Returns allowed CPUs as the kernel numbers them, "0-3,7"; empty where it does not tell. */
    private static String cpusAllowed() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(CPUS))
                    .map(line -> line.substring(CPUS.length()).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException | UncheckedIOException _) {
            return "";
        }
    }

    /** Returns how sockets are waited for, by the names that Tomcat and Netty give their threads. */
    private static String transports() {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(Objects::nonNull)
                .map(thread -> TRANSPORT.matcher(thread.getThreadName()))
                .filter(Matcher::find)
                .map(name -> name.group(1))
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
    }

    static String json(String name, String value) {
        return "\"" + name + "\":\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
