package dev.threeways.lab.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one process, looked at from outside (proc(5)). Without {@code /proc} there are none.
 *
 * <p>A look lists one directory: of a process with a thousand threads in 2 ms of CPU time. A name is read once, when its thread
 * is seen for the second time, since a thread that does not run yet has its creator's name: 25 microseconds each.
 */
public final class ProcessTasks {

    /** A thread, by the kernel's account. */
    public static final class Task {

        private final int id;

        private volatile @Nullable String name;

        public Task(int id, @Nullable String name) {
            this.id = id;
            this.name = name;
        }

        public int id() {
            return id;
        }

        /** Of which the kernel keeps fifteen bytes; null if it had ended before it was read. */
        @Nullable
        public String name() {
            return name;
        }
    }

    private final Supplier<List<Integer>> ids;

    private final Function<Integer, @Nullable String> read;

    private Map<Integer, Task> tasks = Map.of();

    /**
     * @param ids of the threads there are
     * @param read the name of one; null if it has ended
     */
    public ProcessTasks(Supplier<List<Integer>> ids, Function<Integer, @Nullable String> read) {
        this.ids = ids;
        this.read = read;
    }

    public static ProcessTasks of(long pid) {
        Path directory = Path.of("/proc", Long.toString(pid), "task");
        return new ProcessTasks(() -> ids(directory), id -> name(directory, id));
    }

    /** All there are now, in no order; none if the process has ended. */
    public List<Task> look() {
        Map<Integer, Task> now = new HashMap<>();
        for (Integer id : ids.get()) {
            Task task = tasks.get(id);
            if (task == null) {
                task = new Task(id, null);
            } else if (task.name == null) {
                task.name = read.apply(id);
            }
            now.put(id, task);
        }
        tasks = now;
        return List.copyOf(now.values());
    }

    private static List<Integer> ids(Path directory) {
        String[] names = directory.toFile().list(); // null, and no exception, where there is none
        return names == null ? List.of() : Arrays.stream(names).map(Integer::valueOf).toList();
    }

    private static @Nullable String name(Path directory, int id) {
        try {
            // Not readString: a name may be cut within a character. And a blank before the line's end may be the name's.
            return new String(Files.readAllBytes(directory.resolve(id + "/comm")), UTF_8).replace("\n", "");
        } catch (IOException _) { // the thread has ended
            return null;
        }
    }
}
