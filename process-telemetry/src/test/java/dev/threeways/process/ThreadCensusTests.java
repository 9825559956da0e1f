package dev.threeways.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.process.ThreadStacks.StackBytes;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ThreadCensusTests {

    private static final Function<String, ThreadRole> ROLES = new ThreadRoles().of(9081);

    private static final int COUNT = 20;

    private static final long MEGABYTE = 1 << 20;

    @Test
    void countsThreadsOfEachRoleAndState() throws InterruptedException {
        var end = new CountDownLatch(1);
        List<Thread> workers = parked("http-nio-8081-exec-", end);
        try {
            awaitWaiting(workers);
            ThreadCensus census = ThreadCensus.take(TaskNames.ofThisProcess(), ROLES);
            assertThat(census.count(ThreadRole.REQUEST_WORKER, "waiting")).isEqualTo(COUNT);
            assertThat(census.count(ThreadRole.REQUEST_WORKER)).isEqualTo(COUNT);
            assertThat(census.count(ThreadRole.OTHER, "runnable")).isPositive(); // this one
            assertThat(census.count(ThreadRole.EVENT_LOOP)).isZero();
        } finally {
            end.countDown();
            for (Thread worker : workers) {
                worker.join();
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void dropsNoThread() {
        Map<Integer, String> tasks = TaskNames.ofThisProcess().now();
        // The kernel calls two threads by the program's name; one is the main thread, which Java knows.
        ThreadCensus census = ThreadCensus.of(new Thread[]{new Thread("main")}, tasks, ROLES);
        assertThat(tasks).isNotEmpty();
        assertThat(census.counts()
                .values()
                .stream()
                .flatMap(states -> states.values().stream())
                .mapToInt(Integer::intValue)
                .sum()).isEqualTo(tasks.size());
        assertThat(census.count(ThreadRole.GC_COMPILER, ThreadCensus.NATIVE)).isPositive();
        assertThat(census.roles()).containsOnlyKeys(tasks.keySet());
    }

    @Test
    void aNameTheKernelCutsIsThatOfMostThreadsThatHaveIt() {
        Thread[] java = {new Thread("a name of sixteen"), new Thread("http-nio-8081-exec-1"),
                new Thread("http-nio-8081-exec-2")};
        ThreadCensus census = ThreadCensus.of(java, Map.of(1, "a name of sixte", 2, "http-nio-8081-e", 3,
                "http-nio-8081-e", 4, "C2 CompilerThre"), ROLES);
        assertThat(census.roles()).isEqualTo(Map.of(1, ThreadRole.OTHER, 2, ThreadRole.REQUEST_WORKER, 3,
                ThreadRole.REQUEST_WORKER, 4, ThreadRole.GC_COMPILER));
        Thread[] most = {new Thread("http-nio-10000-exec-1"), new Thread("http-nio-10000-exec-2"),
                new Thread("http-nio-10000-Poller")};
        assertThat(ThreadCensus.of(most, Map.of(1, "http-nio-10000-"), ROLES).roles())
                .isEqualTo(Map.of(1, ThreadRole.REQUEST_WORKER));
        Thread[] alike = {new Thread("http-nio-127.0.0.1-8081-exec-1"), new Thread("http-nio-127.0.0.1-9081-exec-1")};
        assertThat(ThreadCensus.of(alike, Map.of(1, "http-nio-127.0."), ROLES).roles())
                .isEqualTo(Map.of(1, ThreadRole.OTHER));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void findsTheStacksOfThreadsThatWait() throws InterruptedException {
        assumeThat(ProcSelf.syscalls().values()).as("the kernel tells stack pointers").anyMatch(s -> s.contains(" "));
        var end = new CountDownLatch(1);
        List<Thread> workers = parked("http-nio-8081-exec-", end);
        try {
            awaitWaiting(workers);
            StackBytes stacks = Objects
                    .requireNonNull(ThreadStacks.read(ThreadCensus.take(TaskNames.ofThisProcess(), ROLES))
                            .get(ThreadRole.REQUEST_WORKER));
            assertThat(stacks.threads()).isEqualTo(COUNT);
            assertThat(stacks.reserved()).isBetween(COUNT * MEGABYTE, 2 * COUNT * MEGABYTE);
            assertThat(stacks.resident()).isBetween(COUNT * 4096L, COUNT * MEGABYTE / 2);
        } finally {
            end.countDown();
            for (Thread worker : workers) {
                worker.join();
            }
        }
    }

    private static List<Thread> parked(String name, CountDownLatch end) {
        return IntStream.range(0, COUNT).mapToObj(i -> Thread.ofPlatform().name(name + i).start(() -> {
            try {
                end.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        })).toList();
    }

    private static void awaitWaiting(List<Thread> threads) {
        await().until(() -> threads.stream().allMatch(t -> t.getState() == Thread.State.WAITING));
    }

    @Test
    void rolesAreFoundOutOnceAndAnewWhenThePortIsKnown() {
        ThreadRoles roles = new ThreadRoles();
        assertThat(roles.of(0).apply("http-nio-9081-exec-1")).isEqualTo(ThreadRole.REQUEST_WORKER);
        assertThat(roles.of(9081).apply("http-nio-9081-exec-1")).isEqualTo(ThreadRole.MANAGEMENT);
        assertThat(roles.of(9081).apply("http-nio-9081-exec-1")).isEqualTo(ThreadRole.MANAGEMENT);
    }
}
