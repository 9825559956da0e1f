package dev.threeways.comparison.run;

import dev.threeways.comparison.observe.Probe;
import dev.threeways.comparison.observe.TaskRoles;
import dev.threeways.comparison.observe.UsageSampler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.comparison.probe.ProbeAgent;
import dev.threeways.comparison.observe.UsageSampler.Sample;
import dev.threeways.lab.process.ProcessTasks;
import dev.threeways.lab.process.ProcessTasks.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests threads as the kernel lists them, and their roles. */
class ProcessTasksTests {

    private static final int COUNT = 20;

    @Test
    void aNameIsReadOnceWhenItsThreadIsSeenAgain() {
        List<Integer> threads = new ArrayList<>(List.of(1, 2));
        List<Integer> read = new ArrayList<>();
        ProcessTasks tasks = new ProcessTasks(() -> List.copyOf(threads), id -> {
            read.add(id);
            return "thread " + id;
        });
        List<Task> first = tasks.look();
        assertThat(read).isEmpty();
        threads.add(3);
        assertThat(tasks.look()).hasSize(3);
        assertThat(read).containsExactly(1, 2);
        threads.removeFirst();
        assertThat(tasks.look()).hasSize(2);
        assertThat(tasks.look()).hasSize(2);
        assertThat(read).containsExactly(1, 2, 3);
        assertThat(first).extracting(Task::name)
                .as("of those seen before")
                .containsExactlyInAnyOrder("thread 1",
                        "thread 2");
    }

    @Test
    void aProcessThatHasEndedHasNone() {
        assertThat(ProcessTasks.of(Long.MAX_VALUE).look()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void threadsOfThisProcessAreLookedAtOnceASecondAndCountedByRole() throws Exception {
        var end = new CountDownLatch(1);
        List<Thread> workers = IntStream.range(0, COUNT)
                .mapToObj(i -> parked("http-nio-127.0.0.1-8081-exec-" + i, end))
                .toList();
        List<Thread> acceptors = List.of(parked("http-nio-127.0.0.1-8081-Acceptor", end),
                parked("event-loop-select-epoll-1", end));
        try (UsageSampler sampler = new UsageSampler()) {
            sampler.watchTasks(ProcessTasks.of(ProcessHandle.current().pid())::look);
            sampler.start();
            await().until(() -> sampler.between(0, Long.MAX_VALUE).size() > 8);
            List<Sample> samples = sampler.between(0, Long.MAX_VALUE);
            assertThat(IntStream.range(0, 9).filter(i -> !samples.get(i).tasks().isEmpty())).containsExactly(0, 4, 8);

            List<Task> tasks = samples.get(8).tasks();
            Map<String, Integer> counts = new TaskRoles(names(), 9081).count(tasks);
            assertThat(counts).containsEntry("request-worker", COUNT)
                    .containsEntry("acceptor", 2)
                    .containsKeys("gc-compiler", "other");
            assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(tasks.size());

            Map<String, Integer> cut = new TaskRoles(Map.of(), 9081).count(tasks);
            assertThat(cut).as("by what the kernel keeps of a name")
                    .containsEntry("acceptor", 1)
                    .containsKeys("gc-compiler", "other")
                    .doesNotContainKey("request-worker");
        } finally {
            end.countDown();
            for (Thread thread : workers) {
                thread.join();
            }
            for (Thread thread : acceptors) {
                thread.join();
            }
        }
    }

    /** Returns names as the agent in a service reports them. */
    private static Map<Integer, String> names() throws IOException {
        Path sockets = Files.createTempDirectory("probe");
        Probe probe = new Probe(sockets.resolve("socket"));
        try {
            ProbeAgent.premain(probe.socket().toString());
            return probe.threadNames();
        } finally {
            Files.deleteIfExists(probe.socket());
            Files.deleteIfExists(sockets);
        }
    }

    private static Thread parked(String name, CountDownLatch end) {
        return Thread.ofPlatform().name(name).start(() -> {
            try {
                end.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
