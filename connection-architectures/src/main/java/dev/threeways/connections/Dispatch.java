package dev.threeways.connections;

import dev.threeways.connections.http.Request;

/** Destination of an event loop's complete requests. */
@FunctionalInterface
interface Dispatch {

    /** Runs on the loop. Completes the exchange once, on the loop, now or later. */
    void dispatch(EventLoop loop, Exchange exchange, Request request);

    /** Dispatches to the loop itself: the callback runs at once, or on a timer when its wait is over. */
    static Dispatch onLoop(Answering answering, Watch watch) {
        return (loop, exchange, request) -> {
            long connection = exchange.connection().id();
            long nanos = answering.waitingNanos(request);
            if (nanos == 0) {
                exchange.complete(answering.answer(connection, request));
                return;
            }
            if (watch.trace.isOn()) {
                watch.trace.step(connection, Role.WORKER,
                        "wait: a timer for " + nanos / 1_000_000 + " ms, and back to the loop", "the loop's own");
            }
            loop.schedule(nanos, () -> exchange.complete(answering.answer(connection, request)));
        };
    }
}
