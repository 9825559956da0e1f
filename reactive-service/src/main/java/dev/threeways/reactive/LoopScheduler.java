package dev.threeways.reactive;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Runs a task, such as a timeout, on the calling event loop, or on the first loop if the caller is on none. Does not
 * own the loops: disposing of this ends none of them.
 */
final class LoopScheduler implements Scheduler {

    private final PerEventLoop<Scheduler> own;

    /** @param loops at least one */
    LoopScheduler(Iterable<EventExecutor> loops) {
        var schedulers = new ArrayList<Scheduler>();
        loops.forEach(loop -> schedulers.add(Schedulers.fromExecutorService(loop)));
        own = new PerEventLoop<>(loops, schedulers);
    }

    /** The calling event loop alone, for code that has to come back to it. */
    Scheduler own() {
        return own.get();
    }

    @Override
    public Disposable schedule(Runnable task) {
        return own.get().schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return own.get().schedule(task, delay, unit);
    }

    @Override
    public Worker createWorker() {
        return own.get().createWorker();
    }
}
