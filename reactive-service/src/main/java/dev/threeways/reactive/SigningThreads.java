package dev.threeways.reactive;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Threads that compute beside the event loops, as many as can run at a time, so that a request that computes does not
 * keep waiting all those that share its loop. One queue for all of them: whoever is free takes who has waited longest,
 * where Reactor's own parallel threads have a queue without a bound each.
 */
final class SigningThreads implements Disposable {

    private final ThreadPoolExecutor threads;

    private final Scheduler scheduler;

    /** @param maxWaiting no more than this wait for a thread, and who comes then is refused */
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
