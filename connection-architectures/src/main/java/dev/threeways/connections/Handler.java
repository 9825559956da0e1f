package dev.threeways.connections;

import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.Response;
import java.time.Duration;

/**
 * What is done with a request, said in a way that every architecture can do it as it is done there: the waiting apart from
 * the computing.
 */
public interface Handler {

    /**
     * How long this request waits for something outside (a database, another service) before it can be answered. A thread
     * of its own parks meanwhile; an event loop sets a timer and turns to others.
     */
    default Duration waiting(Request request) {
        return Duration.ZERO;
    }

    /**
     * What is answered then. Runs on whichever thread is the architecture's worker, and holds it.
     *
     * @throws Exception is answered with 500; the server goes on
     */
    Response answer(Request request) throws Exception;
}
