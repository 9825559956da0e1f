package dev.threeways.connections;

import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.Response;
import java.time.Duration;

/** Work for a request. Waiting is stated apart from computing, so that each architecture can do both in its own way. */
public interface Handler {

    /**
     * Returns how long this request waits for something outside (a database, another service) before it can be
     * answered. A thread of its own parks meanwhile; an event loop sets a timer and serves others.
     */
    default Duration waiting(Request request) {
        return Duration.ZERO;
    }

    /**
     * Computes the answer after the wait. Runs on the thread that is the architecture's worker, and holds it.
     *
     * @throws Exception answered with 500; the server goes on
     */
    Response answer(Request request) throws Exception;
}
