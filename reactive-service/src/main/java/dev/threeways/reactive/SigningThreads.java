package dev.threeways.reactive;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Threads that compute beside the event loops, as many as can run at a time. A request that computes then does not keep
 * waiting those that share its loop. One queue serves all: a free thread takes the longest-waiting request. Reactor's
 * own parallel threads have an unbounded queue each.
 */
final class SigningThreads implements Disposable {

    private final ThreadPoolExecutor threads;

    private final Scheduler scheduler;

    /** @param maxWaiting at most this many wait for a thread; a request beyond is rejected */
    SigningThreads(int count, int maxWaiting) {
        var number = new AtomicInteger();
        threads = new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(maxWaiting),
                task -> new Thread(task, "signing-" + number.incrementAndGet()));
        threads.prestartAllCoreThreads(); // else an event loop would start them
        scheduler = Schedulers.fromExecutorService(threads, "signing");
    }

    Scheduler scheduler() {
        return scheduler;
    }

    int count() {
        return threads.getMaximumPoolSize();
    }

    int busy() {
        return threads.getActiveCount();
    }

    int waiting() {
        return threads.getQueue().size();
    }

    @Override
    public void dispose() {
        scheduler.dispose();
    }

    @Override
    public boolean isDisposed() {
        return scheduler.isDisposed();
    }
}
