package dev.threeways.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TaskNamesTests {

    private final Map<Integer, String> kernel = new HashMap<>();

    private final AtomicInteger reads = new AtomicInteger();

    private final TaskNames names = new TaskNames(kernel::keySet, id -> {
        reads.incrementAndGet();
        return kernel.get(id);
    });

    @Test
    void aNameThatWasTheSameTwiceIsNotReadAgain() {
        kernel.put(1, "worker");
        for (int i = 0; i < 5; i++) {
            assertThat(names.now()).isEqualTo(Map.of(1, "worker"));
        }
        assertThat(reads).hasValue(2);
    }

    @Test
    void aThreadThatStillHasItsCreatorsNameGetsItsOwn() {
        kernel.put(1, "java");
        assertThat(names.now()).isEqualTo(Map.of(1, "java"));
        kernel.put(1, "worker");
        assertThat(names.now()).isEqualTo(Map.of(1, "worker"));
    }

    @Test
    void whoHasEndedIsForgotten() {
        kernel.put(1, "one");
        kernel.put(2, "two");
        names.now();
        names.now();
        kernel.remove(1);
        assertThat(names.now()).isEqualTo(Map.of(2, "two"));
        kernel.put(1, "another");
        assertThat(names.now()).containsEntry(1, "another");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void readsThoseOfThisProcess() {
        assertThat(TaskNames.ofThisProcess().now()).containsValue("Reference Handl");
    }
}
