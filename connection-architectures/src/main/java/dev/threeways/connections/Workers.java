package dev.threeways.connections;

import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.Response;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that take complete requests from one queue, whichever connection they came by, and park while a request
 * waits. A full queue rejects a request with 503 at once.
 */
final class Workers implements Dispatch {

    private final Answering answering;

    private final Watch watch;

    private final ThreadPoolExecutor threads;

    Workers(ServerSettings settings, Answering answering, Watch watch) {
        this.answering = answering;
        this.watch = watch;
        this.threads = new ThreadPoolExecutor(settings.threads().workers(), settings.threads().workers(), 0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.limits().queued()), Thread.ofPlatform().name("worker-", 1).factory());
        threads.prestartAllCoreThreads();
    }

    @Override
    public void dispatch(EventLoop loop, Exchange exchange, Request request) {
        long connection = exchange.connection().id();
        try {
            threads.execute(() -> {
                Response response = answering.waitAndAnswer(connection, request);
                loop.execute(() -> exchange.complete(response));
            });
            if (watch.trace.isOn()) {
                watch.trace.step(connection, Role.READER, "request complete: a message to the workers' queue",
                        "ArrayBlockingQueue");
            }
        } catch (RejectedExecutionException _) {
            watch.shed.increment();
            exchange.complete(Response.problem(503, "Too many requests wait for a worker; try again."));
        }
    }

    /** Gives up requests that still wait. Call when no loop sends any more. */
    void close() {
        threads.shutdownNow();
        try {
            boolean _ = threads.awaitTermination(1, TimeUnit.MINUTES); // interrupted threads answer at once
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
