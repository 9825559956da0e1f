package dev.threeways.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class LoopSchedulerTests {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(3, NioIoHandler.newFactory());

    private final LoopScheduler scheduler = new LoopScheduler(group);

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static Thread thread(EventExecutor loop) throws Exception {
        return loop.submit(Thread::currentThread).get();
    }

    @Test
    void aTaskRunsOnTheLoopThatAsksForIt() throws Exception {
        List<Thread> asked = new ArrayList<>();
        List<Thread> ran = new ArrayList<>();
        for (EventExecutor loop : group) {
            asked.add(thread(loop));
            var now = new CompletableFuture<Thread>();
            var later = new CompletableFuture<Thread>();
            loop.execute(() -> {
                scheduler.schedule(() -> now.complete(Thread.currentThread()));
                scheduler.schedule(() -> later.complete(Thread.currentThread()), 1, TimeUnit.MILLISECONDS);
            });
            assertThat(later.get()).isEqualTo(now.get());
            ran.add(now.get());
        }
        assertThat(ran).isEqualTo(asked).doesNotHaveDuplicates();
    }

    @Test
    void fromOutsideATaskRunsOnTheFirstLoop() throws Exception {
        var ran = new CompletableFuture<Thread>();
        scheduler.schedule(() -> ran.complete(Thread.currentThread()));
        assertThat(ran.get()).isEqualTo(thread(group.iterator().next()));
    }

    @Test
    void timesOut() {
        assertThatThrownBy(() -> Mono.never().timeout(Duration.ofMillis(1), scheduler).block())
                .hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void whatIsDisposedOfDoesNotRun() throws Exception {
        EventLoop loop = group.next();
        var ran = new CompletableFuture<Void>();
        loop.submit(() -> {
            var task = scheduler.schedule(() -> ran.complete(null), 1, TimeUnit.MILLISECONDS);
            task.dispose();
        }).get();
        loop.schedule(() -> {}, 20, TimeUnit.MILLISECONDS).get();
        assertThat(ran).isNotDone();
    }
}
