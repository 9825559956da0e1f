package dev.threeways.connections;

import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.Response;

/** Runs a handler for the worker; nothing the handler throws goes any further. */
final class Answering {

    private final Handler handler;

    private final Watch watch;

    Answering(Handler handler, Watch watch) {
        this.handler = handler;
        this.watch = watch;
    }

    /** Returns the handler's wait in nanoseconds; 0 if it throws, which {@link #answer} then tells the client. */
    long waitingNanos(Request request) {
        try {
            return handler.waiting(request).toNanos();
        } catch (RuntimeException | Error _) {
            return 0;
        }
    }

    Response answer(long connection, Request request) {
        watch.did(Role.WORKER);
        if (watch.trace.isOn()) {
            watch.trace.step(connection, Role.WORKER, "handle " + request.method() + ' ' + request.path(), "");
        }
        try {
            return handler.answer(request);
        } catch (InterruptedException _) { // not set again: a loop would then never block, and a worker ends anyway
            return Response.problem(503, "The server is closing.");
        } catch (Exception | Error _) {
            watch.handlerErrors.increment();
            return Response.problem(500, "The handler failed.");
        }
    }

    /** Parks the current thread for as long as the request waits, then answers it. */
    Response waitAndAnswer(long connection, Request request) {
        long nanos = waitingNanos(request);
        if (nanos > 0) {
            if (watch.trace.isOn()) {
                watch.trace.step(connection, Role.WORKER, "wait: this thread parks for " + nanos / 1_000_000 + " ms",
                        "Thread.sleep");
            }
            try {
                Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000)); // stands for I/O
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // the server closes
                return Response.problem(503, "The server is closing.");
            }
        }
        return answer(connection, request);
    }
}
