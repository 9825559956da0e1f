package dev.threeways.connections;

import java.util.Map;

/**
 * What a server did since its start. The counts are of one moment only roughly, since the server goes on meanwhile.
 *
 * @param open connections now
 * @param accepted connections
 * @param emptyAccepts times that an acceptor was woken and another had taken the connection
 * @param acceptErrors times that accepting failed, for want of descriptors, say
 * @param requests complete ones that were read
 * @param answers written as a whole
 * @param badRequests answered with 4xx or 5xx because they were no requests, or too large
 * @param handlerErrors requests whose handler threw
 * @param shed requests answered with 503 because too many were waiting for a worker; on io_uring, connections closed
 *     because there was no room for them
 * @param timeouts connections closed because a request, or the client's taking of an answer, took too long; idle ones
 *     not included
 * @param idleClosed connections closed because nothing came
 * @param roles how often each thread did what: bindings, accepted connections, reads that brought bytes, handled requests.
 *     Threads that live for one connection count together, as {@code connection-*}
 */
public record Stats(long open, long accepted, long emptyAccepts, long acceptErrors, long requests, long answers,
        long badRequests, long handlerErrors, long shed, long timeouts, long idleClosed,
        Map<Role, Map<String, Long>> roles) {}
