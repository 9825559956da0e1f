package dev.threeways.connections;

import dev.threeways.connections.http.Request;

/** Where an event loop sends a complete request to. */
@FunctionalInterface
interface Dispatch {

    /** Called on the loop. Sees to it that the exchange is completed once, on the loop, now or later. */
    void dispatch(EventLoop loop, Exchange exchange, Request request);

    /** To the loop itself: the callback runs at once, or when a timer tells that what it waited for is there. */
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
