package dev.threeways.comparison.observe;

import dev.threeways.lab.process.ProcessTasks.Task;
import dev.threeways.process.ThreadRole;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Assigns roles to the threads of a service. The kernel truncates names: of {@code http-nio-127.0.0.1-8081-exec-1} it
 * does not keep even the whole address. Threads that were alive after the window are known by full name. One that ended
 * before gets the most common role among threads with the same kernel name.
 */
public final class TaskRoles {

    private final Map<Integer, String> names;

    private final int managementPort;

    /** Roles by the kernel's truncated name. */
    private final Map<String, Map<ThreadRole, Integer>> alike = new HashMap<>();

    private final Map<Task, ThreadRole> known = new HashMap<>();

    /**
     * @param names full names by kernel id, of the threads for which they are known
     * @param managementPort by which Tomcat names the threads that serve it
     */
    public TaskRoles(Map<Integer, String> names, int managementPort) {
        this.names = names;
        this.managementPort = managementPort;
        names.values()
                .forEach(name -> alike
                        .computeIfAbsent(ThreadRole.comm(name), _ -> new EnumMap<>(ThreadRole.class))
                        .merge(ThreadRole.of(name, managementPort), 1, Integer::sum));
    }

    /** Counts the threads of each role, by its id. */
    public Map<String, Integer> count(List<Task> tasks) {
        Map<String, Integer> counts = new TreeMap<>();
        tasks.forEach(task -> counts.merge(known.computeIfAbsent(task, this::of).id(), 1, Integer::sum));
        return counts;
    }

    private ThreadRole of(Task task) {
        String comm = task.name();
        String name = names.get(task.id());
        // The kernel reuses ids: another thread may have this one by now.
        if (name != null && (comm == null || comm.equals(ThreadRole.comm(name)))) {
            return ThreadRole.of(name, managementPort);
        }
        return comm == null
                ? ThreadRole.OTHER
                : ThreadRole.ofComm(comm, managementPort).orElseGet(() -> ofMost(alike.getOrDefault(comm, Map.of())));
    }

    private static ThreadRole ofMost(Map<ThreadRole, Integer> roles) {
        return roles.isEmpty()
                ? ThreadRole.OTHER
                : Collections.max(roles.entrySet(), Map.Entry.comparingByValue()).getKey();
    }
}
