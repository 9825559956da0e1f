package dev.threeways.process;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's names of all threads of this process, without reading each of them each time: a name read twice and
 * unchanged is believed. (Once is not enough: a thread has its creator's name until it begins to run.)
 */
final class TaskNames {

    /** @param isBelieved read twice, and unchanged */
    private record Name(String text, boolean isBelieved) {}

    private final Supplier<Set<Integer>> tasks;

    private final Function<Integer, @Nullable String> read;

    private Map<Integer, Name> names = Map.of();

    /**
     * @param tasks ids of the threads there are
     * @param read the name of one; null if it has ended
     */
    TaskNames(Supplier<Set<Integer>> tasks, Function<Integer, @Nullable String> read) {
        this.tasks = tasks;
        this.read = read;
    }

    static TaskNames ofThisProcess() {
        return new TaskNames(ProcSelf::tasks, ProcSelf::taskName);
    }

    /** Names by thread id. */
    synchronized Map<Integer, String> now() {
        Map<Integer, Name> now = new HashMap<>();
        for (Integer id : tasks.get()) {
            Name before = names.get(id);
            if (before != null && before.isBelieved()) {
                now.put(id, before);
                continue;
            }
            String text = read.apply(id);
            if (text != null) {
                now.put(id, new Name(text, before != null && before.text().equals(text)));
            }
        }
        names = now;
        Map<Integer, String> texts = new HashMap<>();
        now.forEach((id, name) -> texts.put(id, name.text()));
        return texts;
    }
}
