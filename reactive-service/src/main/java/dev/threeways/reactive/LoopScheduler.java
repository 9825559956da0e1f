package dev.threeways.reactive;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Runs a task, such as a time-out, on the event loop that asks for it, or on the first if it is no event loop that asks.
 * The loops' own life is not its affair.
 */
final class LoopScheduler implements Scheduler {

    private record Loop(EventExecutor executor, Scheduler scheduler) {}

    private final List<Loop> loops = new ArrayList<>();

    /** @param executors one for each event loop, at least one */
    LoopScheduler(Iterable<EventExecutor> executors) {
        executors.forEach(loop -> loops.add(new Loop(loop, Schedulers.fromExecutorService(loop))));
    }

    @Override
    public Disposable schedule(Runnable task) {
        return current().schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return current().schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return current().schedulePeriodically(task, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
        return current().createWorker();
    }

    private Scheduler current() {
        for (Loop loop : loops) {
            if (loop.executor().inEventLoop()) {
                return loop.scheduler();
            }
        }
        return loops.getFirst().scheduler();
    }
}
