package dev.threeways.connections;

import java.util.Map;

/**
 * Counts of a server since its start. They belong to one moment only roughly, since the server goes on meanwhile.
 *
 * @param open connections now
 * @param accepted connections
 * @param emptyAccepts times that an acceptor was woken and another had taken the connection
 * @param acceptErrors failed accepts, such as those without a free descriptor
 * @param requests read completely
 * @param answers written completely
 * @param badRequests answered with 4xx or 5xx because malformed, not supported or too large
 * @param handlerErrors requests whose handler threw
 * @param shed requests rejected with 503 because too many waited for a worker; on io_uring, connections closed at the
 *     connection limit
 * @param timeouts connections closed because a request, or the client's taking of an answer, took too long; idle ones
 *     not included
 * @param idleClosed connections closed because nothing came
 * @param roles how often each thread did what: bindings, accepted connections, reads that brought bytes, handled
 *     requests. Threads that live for one connection count together, as {@code connection-*}
 */
public record Stats(long open, long accepted, long emptyAccepts, long acceptErrors, long requests, long answers,
        long badRequests, long handlerErrors, long shed, long timeouts, long idleClosed,
        Map<Role, Map<String, Long>> roles) {}
