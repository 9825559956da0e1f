package dev.threeways.process;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Size of the platform threads' stacks, by role, read from {@code /proc/self}.
 *
 * <p>{@code task/<id>/syscall} has the stack pointer of a thread that waits. {@code smaps} has the mapping it points
 * into, with its size and its resident part. A Java thread's stack is two adjacent mappings; its guard pages at the low
 * end are protected ones. A thread that runs at that very moment has no stack pointer there, so the few that do are not
 * counted.
 */
final class ThreadStacks {

    /**
     * Bytes of the stacks of all threads of one role.
     *
     * @param reserved address space
     * @param resident memory: the pages that were ever touched
     */
    record StackBytes(int threads, long reserved, long resident) {

        StackBytes plus(StackBytes other) {
            return new StackBytes(threads + other.threads, reserved + other.reserved, resident + other.resident);
        }
    }

    /**
     * A mapping of {@code smaps}.
     *
     * @param accessible false for guard pages
     */
    private record Mapping(long from, long to, boolean accessible, long rssBytes) {

        Mapping withRss(long bytes) {
            return new Mapping(from, to, accessible, bytes);
        }
    }

    /** Size that the linker writes into the launcher; HotSpot's 0 means the system's default. */
    private static final long WINDOWS_DEFAULT = 1 << 20;

    private ThreadStacks() {}

    /**
     * Reads {@code /proc/self}, which takes about 30 microseconds a thread. Where there is none, multiplies the threads
     * by the size that HotSpot gives a stack.
     *
     * @return resident bytes are -1 where they are not known
     */
    static Map<ThreadRole, StackBytes> read(ThreadCensus census) {
        Map<ThreadRole, StackBytes> stacks = of(ProcSelf.smaps(), ProcSelf.syscalls(), census.roles());
        return stacks.isEmpty() ? estimate(census) : stacks;
    }

    private static Map<ThreadRole, StackBytes> estimate(ThreadCensus census) {
        long stackBytes = 1024 * Long.parseLong(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("ThreadStackSize")
                .getValue());
        if (stackBytes == 0) {
            stackBytes = WINDOWS_DEFAULT;
        }
        Map<ThreadRole, StackBytes> stacks = new EnumMap<>(ThreadRole.class);
        for (ThreadRole role : census.counts().keySet()) {
            stacks.put(role, new StackBytes(census.count(role), census.count(role) * stackBytes, -1));
        }
        return stacks;
    }

    /**
     * The stacks' bytes by role.
     *
     * @param smaps lines of {@code /proc/self/smaps}
     * @param syscalls content of {@code /proc/self/task/<id>/syscall}, by thread
     * @param roles of these threads
     */
    static Map<ThreadRole, StackBytes> of(Iterable<String> smaps, Map<Integer, String> syscalls,
            Map<Integer, ThreadRole> roles) {
        NavigableMap<Long, Mapping> mappings = mappings(smaps);
        Map<ThreadRole, StackBytes> stacks = new EnumMap<>(ThreadRole.class);
        syscalls.forEach((id, syscall) -> {
            StackBytes bytes = stack(stackPointer(syscall), mappings);
            if (bytes.threads() > 0) {
                stacks.merge(roles.getOrDefault(id, ThreadRole.OTHER), bytes, StackBytes::plus);
            }
        });
        return stacks;
    }

    /**
     * Parses "number arguments... sp pc" or "-1 sp pc" of a thread that waits. Zero for "running" and if it does not
     * say.
     */
    private static long stackPointer(String syscall) {
        List<String> words = List.of(syscall.strip().split(" "));
        return words.size() < 3 ? 0 : Long.parseUnsignedLong(words.get(words.size() - 2).substring(2), 16);
    }

    private static StackBytes stack(long pointer, NavigableMap<Long, Mapping> mappings) {
        var entry = mappings.floorEntry(pointer);
        if (entry == null || pointer >= entry.getValue().to()) {
            return new StackBytes(0, 0, 0);
        }
        Mapping stack = entry.getValue();
        var below = mappings.lowerEntry(stack.from());
        boolean guarded = below != null && !below.getValue().accessible() && below.getValue().to() == stack.from();
        long from = guarded ? below.getValue().from() : stack.from();
        return new StackBytes(1, stack.to() - from, stack.rssBytes());
    }

    private static NavigableMap<Long, Mapping> mappings(Iterable<String> smaps) {
        NavigableMap<Long, Mapping> mappings = new TreeMap<>();
        long from = 0;
        for (String line : smaps) {
            if (line.startsWith("Rss:")) {
                String kilobytes = line.substring("Rss:".length(), line.length() - " kB".length()).strip();
                mappings.computeIfPresent(from, (_, mapping) -> mapping.withRss(Long.parseLong(kilobytes) * 1024));
            } else if (!Character.isUpperCase(line.charAt(0))) { // an address; attributes begin with a capital
                int dash = line.indexOf('-');
                int blank = line.indexOf(' ');
                from = Long.parseUnsignedLong(line, 0, dash, 16);
                long to = Long.parseUnsignedLong(line, dash + 1, blank, 16);
                mappings.put(from, new Mapping(from, to, line.charAt(blank + 1) == 'r', 0));
            }
        }
        return mappings;
    }
}
