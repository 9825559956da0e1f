package dev.threeways.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VirtualThreadsTests {

    private static final int COUNT = 500;

    @Test
    void countsParkedOnes() throws InterruptedException {
        long before = VirtualThreads.live().orElseThrow();
        long heapBefore = VirtualThreads.stackHeapBytes().orElseThrow();
        var end = new CountDownLatch(1);
        List<Thread> parked = IntStream.range(0, COUNT).mapToObj(_ -> Thread.startVirtualThread(() -> {
            try {
                end.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        })).toList();
        try {
            await().until(() -> parked.stream().allMatch(t -> t.getState() == Thread.State.WAITING));
            assertThat(VirtualThreads.live()).hasValue(before + COUNT);
            assertThat(VirtualThreads.scheduler().getMountedVirtualThreadCount()).isZero();
            assertThat(VirtualThreads.stackHeapBytes().orElseThrow()).isGreaterThan(heapBefore + COUNT * 100L);
        } finally {
            end.countDown();
            for (Thread thread : parked) {
                thread.join();
            }
        }
        await().untilAsserted(() -> assertThat(VirtualThreads.live()).hasValue(before));
    }
}
