package dev.threeways.lab.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Machine of a measurement.
 *
 * @param cpus of the plan together; this process itself may be confined to some of them
 * @param commit of the project; empty outside a check-out
 * @param modified whether files differed from that commit
 */
public record Machine(String cpuModel, int cpus, long memoryBytes, String kernel, String jvm, String commit,
        boolean modified) {

    private static final int GIT_SECONDS = 10;

    private static final int TICK_FIELDS = 8;

    public static Machine here(Path root, CpuPlan plan) {
        return here(root, (int) Stream.of(plan.service(), plan.others()).flatMap(List::stream).distinct().count());
    }

    /**
     * Describes this machine.
     *
     * @param root of the project
     * @param cpus that are used
     */
    public static Machine here(Path root, int cpus) {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Machine(readCpuModel(), cpus, system.getTotalMemorySize(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"),
                git(root, "rev-parse", "HEAD"), !git(root, "status", "--porcelain").isEmpty());
    }

    /** Returns the memory that can be had without swapping; 0 where the system does not tell. */
    public static long availableMemoryBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException _) { // not Linux
            return 0;
        }
    }

    /** Ticks of all CPUs since the machine began. */
    public record CpuTime(long total, long stolen) {}

    /** Returns what the kernel counts (proc(5), {@code /proc/stat}); all 0 where it does not tell. */
    public static CpuTime cpuTime() {
        try (BufferedReader stat = Files.newBufferedReader(Path.of("/proc/stat"))) {
            return cpuTime(String.valueOf(stat.readLine()));
        } catch (IOException _) { // not Linux
            return new CpuTime(0, 0);
        }
    }

    /** @param line {@code cpu user nice system idle iowait irq softirq steal …}; guests are in user and nice already */
    public static CpuTime cpuTime(String line) {
        long[] ticks = Arrays.stream(line.strip().split("\\s+", -1))
                .skip(1)
                .limit(TICK_FIELDS)
                .mapToLong(Long::parseLong)
                .toArray();
        return new CpuTime(Arrays.stream(ticks).sum(), ticks.length < TICK_FIELDS ? 0 : ticks[TICK_FIELDS - 1]);
    }

    /** Returns the share that the machine's host took of all CPU time between the two. */
    public static double stealPercent(CpuTime from, CpuTime to) {
        return 100.0 * (to.stolen() - from.stolen()) / Math.max(1, to.total() - from.total());
    }

    /** Returns runnable processes over the last minute; negative where the system does not say. */
    public static double loadAverage() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String readCpuModel() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"))
                    .stream()
                    .filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("");
        } catch (IOException _) { // not Linux
            return "";
        }
    }

    private static String git(Path root, String... arguments) {
        try {
            List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
            command.addAll(List.of(arguments));
            Process git = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(GIT_SECONDS, TimeUnit.SECONDS) && git.exitValue() == 0 ? output : "";
        } catch (IOException _) { // no git
            return "";
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
