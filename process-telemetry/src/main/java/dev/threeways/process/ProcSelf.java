package dev.threeways.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Linux's {@code /proc/self}: what the kernel knows about this process. Elsewhere everything here is empty. */
final class ProcSelf {

    private static final Path SELF = Path.of("/proc/self");

    private static final Path TASKS = SELF.resolve("task");

    private ProcSelf() {}

    /** Ids of all threads. */
    static Set<Integer> tasks() {
        try (Stream<Path> tasks = Files.list(TASKS)) {
            return tasks.map(task -> Integer.valueOf(task.getFileName().toString())).collect(Collectors.toSet());
        } catch (IOException | UncheckedIOException _) {
            return Set.of(); // no Linux
        }
    }

    /** Name of a thread, cut to 15 bytes; null if it has ended. Takes about 10 microseconds. */
    static @Nullable String taskName(int id) {
        return text(id, "comm");
    }

    /** The system call each thread waits in, by thread id. See {@link ThreadStacks}. */
    static Map<Integer, String> syscalls() {
        Map<Integer, String> texts = new HashMap<>();
        for (Integer id : tasks()) {
            String text = text(id, "syscall");
            if (text != null) {
                texts.put(id, text);
            }
        }
        return texts;
    }

    /** Every mapping of memory with its figures: the kernel walks the page tables for it. */
    static List<String> smaps() {
        try {
            return Files.readAllLines(SELF.resolve("smaps"));
        } catch (IOException _) {
            return List.of();
        }
    }

    private static @Nullable String text(int id, String file) {
        try {
            return Files.readString(TASKS.resolve(Integer.toString(id)).resolve(file)).strip();
        } catch (IOException _) { // the thread has ended
            return null;
        }
    }
}
