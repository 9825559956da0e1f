package dev.threeways.lab.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Usage so far of one process, or of a process with its children, read from outside (proc(5)). Without {@code /proc}
 * (macOS, Windows) only CPU time is known.
 *
 * @param cpuMicros user and system time since the process began
 * @param residentBytes memory of the process that is in RAM now; 0 if not known
 * @param threads threads of the process now; 0 if not known
 */
public record ProcessUsage(long cpuMicros, long residentBytes, int threads) {

    public static final ProcessUsage NONE = new ProcessUsage(0, 0, 0);

    private static final Path PROC = Path.of("/proc");

    /** {@code USER_HZ}, part of Linux's ABI: 100 a second on every architecture it is compiled for here. */
    private static final long TICK_MICROS = 10_000;

    /** One line of {@code /proc/<pid>/stat}; times in microseconds. */
    public record Stat(long cpuMicros, long reapedChildrenCpuMicros, int threads) {}

    ProcessUsage plus(ProcessUsage other) {
        return new ProcessUsage(cpuMicros + other.cpuMicros, residentBytes + other.residentBytes,
                threads + other.threads);
    }

    /** Returns the usage of the process alone; empty if it has ended. */
    public static Optional<ProcessUsage> of(long pid) {
        if (!Files.isDirectory(PROC)) {
            return ProcessHandle.of(pid)
                    .flatMap(process -> process.info().totalCpuDuration())
                    .map(ProcessUsage::cpuOnly);
        }
        return stat(pid).map(stat -> new ProcessUsage(stat.cpuMicros(), residentBytes(pid), stat.threads()));
    }

    /**
     * Returns the usage of a server that forks a process for each connection, as PostgreSQL does. It adds living
     * children, and children the process has waited for. Memory shared between them counts once per process.
     */
    public static Optional<ProcessUsage> ofTree(long pid) {
        if (!Files.isDirectory(PROC)) {
            return of(pid).map(own -> ProcessHandle.of(pid)
                    .stream()
                    .flatMap(ProcessHandle::descendants)
                    .flatMap(child -> child.info().totalCpuDuration().stream())
                    .map(ProcessUsage::cpuOnly)
                    .reduce(own, ProcessUsage::plus));
        }
        // Children first: one that ends meanwhile is then counted twice for a moment rather than lost for good.
        List<Long> children = children(pid);
        ProcessUsage living = children.stream().flatMap(child -> of(child).stream()).reduce(NONE, ProcessUsage::plus);
        return stat(pid).map(stat -> new ProcessUsage(stat.cpuMicros() + stat.reapedChildrenCpuMicros(),
                residentBytes(pid), stat.threads()).plus(living));
    }

    /**
     * Returns CPU time of a JVM's JIT compiler threads; 0 without {@code /proc}. HotSpot names them
     * {@code C1 CompilerThread0} and so on, and Linux cuts names to fifteen characters. Reads a file for each thread of
     * the process: not for a measured window.
     */
    public static long compilerMicros(long pid) {
        try (Stream<Path> threads = Files.list(PROC.resolve(pid + "/task"))) {
            return threads.flatMap(thread -> read(thread.resolve("stat")).stream())
                    .filter(stat -> stat.contains(" CompilerThre)"))
                    .mapToLong(stat -> parseStat(stat).cpuMicros())
                    .sum();
        } catch (IOException | UncheckedIOException _) { // no /proc, or the process has ended
            return 0;
        }
    }

    private static ProcessUsage cpuOnly(Duration cpu) {
        return new ProcessUsage(cpu.toNanos() / 1000, 0, 0);
    }

    private static List<Long> children(long pid) {
        return read(PROC.resolve(pid + "/task/" + pid + "/children"))
                .map(line -> Arrays.stream(line.split(" ", -1)).filter(id -> !id.isBlank()).map(Long::valueOf).toList())
                .orElseGet(() -> ProcessHandle.of(pid)
                        .stream()
                        .flatMap(ProcessHandle::children)
                        .map(ProcessHandle::pid)
                        .toList());
    }

    private static Optional<Stat> stat(long pid) {
        return read(PROC.resolve(pid + "/stat")).map(ProcessUsage::parseStat);
    }

    /** The second field is the program's name in parentheses and may itself contain blanks and parentheses. */
    public static Stat parseStat(String line) {
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        // proc(5) counts from 1 and fields[0] is its third: utime 14, stime 15, cutime 16, cstime 17, num_threads 20
        return new Stat((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MICROS,
                (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * TICK_MICROS,
                Integer.parseInt(fields[17]));
    }

    private static long residentBytes(long pid) {
        return read(PROC.resolve(pid + "/status")).map(ProcessUsage::parseResident).orElse(0L);
    }

    /** Parses {@code VmRSS:   123456 kB}; a zombie has no such line. */
    static long parseResident(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .findFirst()
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .orElse(0L);
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException _) { // the process has ended
            return Optional.empty();
        }
    }
}
