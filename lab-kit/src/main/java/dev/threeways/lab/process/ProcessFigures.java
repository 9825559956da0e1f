package dev.threeways.lab.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Figures of a process, read from outside: {@code /proc} (proc(5)) and {@code jcmd}. Linux only. */
public final class ProcessFigures {

    private static final double KIB = 1024;

    private static final int PAGE_BYTES = 4096;

    private static final int JCMD_SECONDS = 60;

    /** {@code garbage-first heap total reserved 524288K, committed 524288K, used 5433K [0x00000000e0000000, 0x...)}. */
    private static final Pattern HEAP = Pattern.compile("used (\\d+)K.*?\\[0x([0-9a-f]+), 0x([0-9a-f]+)\\)");

    private static final Pattern NMT_THREAD = Pattern.compile("Thread \\(reserved=(\\d+)KB, committed=(\\d+)KB\\)");

    private static final Pattern MAPPING = Pattern.compile("^([0-9a-f]+)-([0-9a-f]+) [-rwxsp]{4} .*");

    /** 127.0.0.1 in {@code /proc/net/tcp}, and mapped to IPv6 in {@code tcp6}, on a little-endian machine. */
    private static final String LOOPBACK = "(?:0{16}FFFF0000)?0100007F";

    private final long pid;

    public ProcessFigures(long pid) {
        this.pid = pid;
    }

    /**
     * Memory by place.
     *
     * @param liveHeapBytes after a full collection
     * @param outsideHeapBytes resident, but for the heap
     */
    public record Memory(double liveHeapBytes, double outsideHeapBytes) {}

    /** Measures memory; collects garbage first. */
    public Memory memory() throws IOException {
        jcmd("GC.run");
        Matcher heap = HEAP.matcher(jcmd("GC.heap_info"));
        if (!heap.find()) {
            throw new IOException("jcmd does not tell about the heap of process " + pid);
        }
        long from = Long.parseUnsignedLong(heap.group(2), 16);
        long to = Long.parseUnsignedLong(heap.group(3), 16);
        double inHeap = 0;
        double all = 0;
        long at = 0;
        for (String line : lines("smaps")) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                at = Long.parseUnsignedLong(mapping.group(1), 16);
            } else if (line.startsWith("Rss:")) {
                double bytes = number(line) * KIB;
                all += bytes;
                if (Long.compareUnsigned(at, from) >= 0 && Long.compareUnsigned(at, to) < 0) {
                    inHeap += bytes;
                }
            }
        }
        return new Memory(Long.parseLong(heap.group(1)) * KIB, all - inHeap);
    }

    /**
     * Memory of stacks, and of what the JVM keeps for each thread. Needs {@code -XX:NativeMemoryTracking=summary}.
     *
     * @param reservedBytes of addresses
     * @param committedBytes part of the reserved that the JVM may use without asking
     */
    public record ThreadMemory(double reservedBytes, double committedBytes) {}

    public ThreadMemory threadMemory() throws IOException {
        Matcher matcher = NMT_THREAD.matcher(jcmd("VM.native_memory", "summary"));
        if (!matcher.find()) {
            throw new IOException("Native memory tracking does not tell about the threads of process " + pid);
        }
        return new ThreadMemory(Long.parseLong(matcher.group(1)) * KIB, Long.parseLong(matcher.group(2)) * KIB);
    }

    /** Returns the CPU time of all its threads, ended ones included, without the JIT compiler's. */
    public double cpuMillis() throws IOException {
        double all = ProcessUsage.of(pid)
                .orElseThrow(() -> new IOException("Process " + pid + " has ended"))
                .cpuMicros()
                / 1_000.0;
        return all - cpuMillisByThread().entrySet()
                .stream()
                .filter(thread -> isCompiler(thread.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** Recognizes {@code C1 CompilerThread0}, cut. */
    private static boolean isCompiler(String thread) {
        return thread.startsWith("C1 Comp") || thread.startsWith("C2 Comp");
    }

    /** Returns CPU time by a thread's name, which Linux cuts to 15 characters. */
    public Map<String, Double> cpuMillisByThread() throws IOException {
        Map<String, Double> millis = new HashMap<>();
        for (Path task : tasks()) {
            try {
                millis.merge(Files.readString(task.resolve("comm")).strip(),
                        ProcessUsage.parseStat(Files.readString(task.resolve("stat")).strip()).cpuMicros() / 1_000.0,
                        Double::sum);
            } catch (NoSuchFileException _) {
                // The thread has ended.
            }
        }
        return millis;
    }

    /** Counts voluntary and involuntary switches of living threads, without the JIT compiler's. */
    public long contextSwitches() throws IOException {
        long sum = 0;
        for (Path task : tasks()) {
            try {
                boolean isCompiler = isCompiler(Files.readString(task.resolve("comm")));
                for (String line : Files.readAllLines(task.resolve("status"))) {
                    if (!isCompiler && line.contains("ctxt_switches:")) {
                        sum += number(line);
                    }
                }
            } catch (NoSuchFileException _) {
                // The thread has ended.
            }
        }
        return sum;
    }

    public int threads() throws IOException {
        return tasks().size();
    }

    /** Counts descriptors of the process, sockets included. */
    public long descriptors() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return entries.count();
        }
    }

    /**
     * Returns kernel memory of the whole machine: buffers of TCP sockets, caches of objects (sockets, files), kernel
     * stacks of threads, page tables. Both ends of a connection on loopback are in it.
     */
    public static double kernelBytes() throws IOException {
        double bytes = 0;
        for (String line : Files.readAllLines(Path.of("/proc/net/sockstat"))) {
            if (line.startsWith("TCP:")) {
                bytes += Long.parseLong(line.replaceAll(".* mem (\\d+).*", "$1")) * (double) PAGE_BYTES;
            }
        }
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("Slab:") || line.startsWith("KernelStack:") || line.startsWith("PageTables:")) {
                bytes += number(line) * KIB;
            }
        }
        return bytes;
    }

    /** Returns a counter of {@code /proc/net/netstat}, such as {@code ListenOverflows}, of the whole machine. */
    public static long netstat(String counter) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/net/netstat"));
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            List<String> names = List.of(lines.get(i).split(" ", -1));
            int index = names.indexOf(counter);
            if (index >= 0) {
                return Long.parseLong(lines.get(i + 1).split(" ", -1)[index]);
            }
        }
        throw new IOException("The kernel does not count " + counter);
    }

    /**
     * Counts connections that are established to a port of 127.0.0.1, at the server's ends, as {@code ss} does. The
     * JDK's preference of IPv6 decides which table they are in. Each pair of ends counts once: a table is read in
     * pieces, and the kernel repeats lines where others are added meanwhile.
     */
    public static int established(int port) throws IOException {
        Pattern line = Pattern
                .compile(String.format(Locale.ROOT, " *\\d+: (%s:%04X [0-9A-F]+:[0-9A-F]{4}) 01 .*", LOOPBACK, port));
        Set<String> ends = new HashSet<>();
        for (Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
            if (Files.exists(table)) {
                Files.readAllLines(table)
                        .stream()
                        .map(line::matcher)
                        .filter(Matcher::matches)
                        .forEach(match -> ends.add(match.group(1)));
            }
        }
        return ends.size();
    }

    /** Returns how many files one process may open: the hard limit, to which a JVM raises its soft one. */
    public static long maxOpenFiles() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.replaceAll("^Max open files +\\S+ +(\\S+).*", "$1"))
                    .mapToLong(text -> text.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(text))
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read what a process may open", e);
        }
    }

    private List<Path> tasks() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.toList();
        }
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/" + file), StandardCharsets.ISO_8859_1);
    }

    private static long number(String line) {
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    /** Returns what a command of jcmd prints for the process. */
    public String jcmd(String... command) throws IOException {
        Process process = new ProcessBuilder(Stream.concat(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid)),
                Stream.of(command)).toList()).redirectErrorStream(true).start();
        // A process that hangs never answers jcmd.
        var _ = process.onExit()
                .orTimeout(JCMD_SECONDS, TimeUnit.SECONDS)
                .exceptionally(_ -> process.destroyForcibly());
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("jcmd " + String.join(" ", command) + " failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return output;
    }
}
