package dev.threeways.telemetry;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Linux's {@code /proc/self}: what the kernel knows about this process. Elsewhere everything here is empty. */
final class ProcSelf {

    private static final Path SELF = Path.of("/proc/self");

    private static final Path TASKS = SELF.resolve("task");

    private ProcSelf() {}

    /** Names of all threads, cut to 15 bytes, by id. About 5 microseconds each. */
    static Map<Integer, String> taskNames() {
        return ofTasks("comm");
    }

    /** What each thread waits for in the kernel, by id. See {@link ThreadStacks}. */
    static Map<Integer, String> syscalls() {
        return ofTasks("syscall");
    }

    /** Every mapping of memory with its figures: the kernel walks the page tables for it. */
    static List<String> smaps() {
        try {
            return Files.readAllLines(SELF.resolve("smaps"));
        } catch (IOException _) {
            return List.of();
        }
    }

    private static Map<Integer, String> ofTasks(String file) {
        Map<Integer, String> texts = new HashMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                try {
                    texts.put(Integer.valueOf(task.getFileName().toString()),
                            Files.readString(task.resolve(file)).strip());
                } catch (IOException _) { // the thread has ended
                }
            }
        } catch (IOException _) {
            return Map.of(); // no Linux
        }
        return texts;
    }
}
