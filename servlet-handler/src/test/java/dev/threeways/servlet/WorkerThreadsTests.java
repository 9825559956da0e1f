package dev.threeways.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.threads.TaskQueue;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.junit.jupiter.api.Test;

class WorkerThreadsTests {

    @Test
    void areTooFewWhenSomebodyWaitsForOne() throws Exception {
        var queue = new TaskQueue();
        var threads = new ThreadPoolExecutor(0, 2, 1, TimeUnit.MINUTES, queue);
        queue.setParent(threads);
        var workers = new WorkerThreads();
        workers.add(() -> threads);
        var goOn = new CountDownLatch(1);
        try {
            for (int busy = 0; busy < 2; busy++) {
                threads.execute(() -> await(goOn));
            }
            assertThat(workers.areTooFew()).as("as many requests as threads").isFalse();
            threads.execute(() -> await(goOn));
            assertThat(workers.areTooFew()).as("one request more").isTrue();
        } finally {
            goOn.countDown();
            threads.shutdown();
        }
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(workers.areTooFew()).as("all done").isFalse();
    }

    @Test
    void areNeverTooFewWhereNoneHasToBeWaitedFor() {
        var workers = new WorkerThreads();
        assertThat(workers.areTooFew()).as("before Tomcat starts").isFalse();
        try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            workers.add(() -> virtual);
            assertThat(workers.areTooFew()).isFalse();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
