package dev.threeways.lab.process;

import dev.threeways.lab.cli.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * CPUs of the service and of everything else. Pinned, generator, payment API and database cannot slow the service down,
 * nor the service them. Shared, all compete, as on a laptop.
 *
 * @param service CPUs of the service, numbered as the kernel does
 * @param others CPUs of everything else, this process included
 */
public record CpuPlan(Mode mode, List<Integer> service, List<Integer> others) {

    /** Value of {@code --cpus}. */
    public enum Mode {
        PINNED,
        SHARED
    }

    /** Fewest CPUs of which each side has two; pinning is then the default for every load. */
    static final int PINNED_BY_DEFAULT = 4;

    private static final Path STATUS = Path.of("/proc/self/status");

    private static final String ALLOWED = "Cpus_allowed_list:";

    /** CPUs of this process when it began: it confines itself to some of them. */
    private static final List<Integer> ALLOWED_AT_FIRST = allowed();

    /**
     * @param wanted null for what fits the machine and the load
     * @param saturates whether the load takes a service to its limit and beyond. Many threads then take CPUs from the
     *     generator, so that two CPUs are enough to pin
     * @throws UsageException if pinning was asked for and is not possible
     */
    public static CpuPlan choose(@Nullable Mode wanted, boolean saturates) {
        List<Integer> allowed = ALLOWED_AT_FIRST;
        boolean canPin = Files.exists(STATUS) && allowed.size() >= 2 && hasTaskset();
        if (wanted == Mode.PINNED && !canPin) {
            throw new UsageException("--cpus pinned needs Linux, taskset (package util-linux) and two CPUs; here are "
                    + allowed.size() + ". Use --cpus shared");
        }
        Mode mode = wanted != null ? wanted : canPin ? byDefault(allowed.size(), saturates) : Mode.SHARED;
        return of(mode, allowed);
    }

    static Mode byDefault(int cpus, boolean saturates) {
        return cpus >= PINNED_BY_DEFAULT || (saturates && cpus >= 2) ? Mode.PINNED : Mode.SHARED;
    }

    /** Gives a pinned service the upper half: interrupts are mostly handled by the first CPUs. */
    public static CpuPlan of(Mode mode, List<Integer> allowed) {
        int half = (allowed.size() + 1) / 2;
        return switch (mode) {
            case SHARED -> new CpuPlan(mode, allowed, allowed);
            case PINNED -> new CpuPlan(mode, allowed.subList(half, allowed.size()), allowed.subList(0, half));
        };
    }

    /** Returns what the service's command line begins with. */
    public List<String> servicePrefix() {
        return mode == Mode.PINNED ? List.of("taskset", "-c", list(service)) : List.of();
    }

    /**
     * Confines this process and, since they inherit it, everything it starts without a prefix. Replaces what an earlier
     * plan confined it to.
     */
    public void confineThisProcess() throws IOException, InterruptedException {
        if (!others.equals(allowed())) {
            Process taskset = new ProcessBuilder("taskset", "-a", "-p", "-c", list(others),
                    String.valueOf(ProcessHandle.current().pid())).redirectErrorStream(true).start();
            String output = new String(taskset.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!taskset.waitFor(10, TimeUnit.SECONDS) || taskset.exitValue() != 0) {
                throw new IOException("taskset could not confine this process to CPUs " + list(others) + ": " + output);
            }
        }
    }

    public String describe() {
        return switch (mode) {
            case PINNED -> "pinned: service on CPU " + list(service) + ", everything else on CPU " + list(others);
            case SHARED -> "shared: service and everything else on CPUs " + list(service);
        };
    }

    static String list(List<Integer> cpus) {
        return cpus.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** Returns the CPUs this process may use now. */
    static List<Integer> allowed() {
        if (!Files.exists(STATUS)) {
            return IntStream.range(0, Runtime.getRuntime().availableProcessors()).boxed().toList();
        }
        try {
            return Files.readAllLines(STATUS)
                    .stream()
                    .filter(line -> line.startsWith(ALLOWED))
                    .findFirst()
                    .map(line -> parseList(line.substring(ALLOWED.length()).strip()))
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + STATUS, e);
        }
    }

    /** Parses a list such as {@code 0-3,8,10-11}, see cpuset(7). */
    static List<Integer> parseList(String list) {
        List<Integer> cpus = new ArrayList<>();
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", -1);
            int first = Integer.parseInt(ends[0]);
            int last = ends.length > 1 ? Integer.parseInt(ends[1]) : first;
            IntStream.rangeClosed(first, last).forEach(cpus::add);
        }
        return List.copyOf(cpus);
    }

    private static boolean hasTaskset() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "taskset")));
    }

    @Override
    public String toString() {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}
