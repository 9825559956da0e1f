package dev.threeways.process;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The platform threads of this process by role and state.
 *
 * <p>Java's own come from the thread groups, without stopping them and without their stacks. HotSpot's are not among
 * them. On Linux {@code /proc/self/task} has all threads, and those that are not Java's have state {@value #NATIVE}.
 * Elsewhere HotSpot's are not counted.
 *
 * @param counts live threads by role and, in lower case, state; a role without threads is not in it
 * @param roles of the kernel's threads by their ids; empty where the kernel does not tell
 */
record ThreadCensus(Map<ThreadRole, Map<String, Integer>> counts, Map<Integer, ThreadRole> roles) {

    /** State of a thread that Java does not know. */
    static final String NATIVE = "native";

    private static final String LAUNCHER = "java";

    /**
     * Takes one or two microseconds a thread, and 10 for one whose name is not known yet.
     *
     * @param roles by name
     */
    static ThreadCensus take(TaskNames tasks, Function<String, ThreadRole> roles) {
        return of(platformThreads(), tasks.now(), roles);
    }

    /**
     * @param tasks names of all threads as the kernel keeps them, by its id
     * @param roleOf by name
     */
    static ThreadCensus of(Thread[] java, Map<Integer, String> tasks, Function<String, ThreadRole> roleOf) {
        Map<ThreadRole, Map<String, Integer>> counts = new EnumMap<>(ThreadRole.class);
        Map<String, Map<ThreadRole, Integer>> rolesByComm = new HashMap<>();
        for (Thread thread : java) {
            ThreadRole role = roleOf.apply(thread.getName());
            rolesByComm.computeIfAbsent(ThreadRole.comm(thread.getName()), _ -> new EnumMap<>(ThreadRole.class))
                    .merge(role, 1, Integer::sum);
            add(counts, role, thread.getState().name().toLowerCase(Locale.ROOT), 1);
        }
        // The launcher's first thread waits for the main thread; to the kernel both have the name of the program.
        long mains = tasks.values().stream().filter(LAUNCHER::equals).count();
        if (mains > 1) {
            add(counts, ThreadRole.OTHER, NATIVE, Math.toIntExact(mains - 1));
        }
        Map<Integer, ThreadRole> roles = new HashMap<>();
        tasks.forEach((id, name) -> {
            Map<ThreadRole, Integer> candidates = rolesByComm.get(name);
            if (candidates != null) {
                roles.put(id, mostFrequent(candidates));
                return;
            }
            ThreadRole role = roleOf.apply(name);
            roles.put(id, role);
            if (!name.equals(LAUNCHER)) {
                add(counts, role, NATIVE, 1);
            }
        });
        return new ThreadCensus(counts, roles);
    }

    /**
     * A cut name may fit threads of several roles, such as Tomcat's: the most frequent role, there the workers', is
     * taken.
     */
    private static ThreadRole mostFrequent(Map<ThreadRole, Integer> roles) {
        int most = Collections.max(roles.values());
        List<ThreadRole> first = roles.entrySet()
                .stream()
                .filter(role -> role.getValue() == most)
                .map(Map.Entry::getKey)
                .toList();
        return first.size() == 1 ? first.getFirst() : ThreadRole.OTHER;
    }

    int count(ThreadRole role, String state) {
        return counts.getOrDefault(role, Map.of()).getOrDefault(state, 0);
    }

    int count(ThreadRole role) {
        return counts.getOrDefault(role, Map.of()).values().stream().mapToInt(Integer::intValue).sum();
    }

    private static void add(Map<ThreadRole, Map<String, Integer>> counts, ThreadRole role, String state,
            int more) {
        counts.computeIfAbsent(role, _ -> new TreeMap<>()).merge(state, more, Integer::sum);
    }

    private static Thread[] platformThreads() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        // The count may be incomplete: when the array is full there may be more.
        for (Thread[] threads = new Thread[root.activeCount() + 16];; threads = new Thread[threads.length * 2]) {
            int count = root.enumerate(threads, true);
            if (count < threads.length) {
                return Arrays.copyOf(threads, count);
            }
        }
    }
}
