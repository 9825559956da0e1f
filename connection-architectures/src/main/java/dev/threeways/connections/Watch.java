package dev.threeways.connections;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts of one running server; its threads report here. */
public final class Watch {

    /** Prefix of the names of threads that live as long as their connection. */
    static final String CONNECTION_THREAD = "connection-";

    final Trace trace;

    final LongAdder accepted = new LongAdder();

    final LongAdder emptyAccepts = new LongAdder();

    final LongAdder acceptErrors = new LongAdder();

    final LongAdder requests = new LongAdder();

    final LongAdder answers = new LongAdder();

    final LongAdder badRequests = new LongAdder();

    final LongAdder handlerErrors = new LongAdder();

    final LongAdder shed = new LongAdder();

    final LongAdder timeouts = new LongAdder();

    final LongAdder idleClosed = new LongAdder();

    private final LongAdder closed = new LongAdder();

    private final AtomicLong connections = new AtomicLong();

    private final Map<Role, Map<String, LongAdder>> roles = new EnumMap<>(Role.class);

    public Watch(Trace trace) {
        this.trace = trace;
        for (Role role : Role.values()) {
            roles.put(role, new ConcurrentHashMap<>());
        }
    }

    /** Counts what the current thread has just done. */
    void did(Role role) {
        String name = Thread.currentThread().getName();
        of(role).computeIfAbsent(name.startsWith(CONNECTION_THREAD) ? CONNECTION_THREAD + '*' : name,
                _ -> new LongAdder()).increment();
    }

    /** @return number of the connection, from 1 */
    long accepted() {
        accepted.increment();
        did(Role.ACCEPTOR);
        return connections.incrementAndGet();
    }

    void closed() {
        closed.increment();
    }

    Stats stats() {
        Map<Role, Map<String, Long>> counts = new EnumMap<>(Role.class);
        roles.forEach((role, threads) -> {
            Map<String, Long> sorted = new TreeMap<>();
            threads.forEach((thread, count) -> sorted.put(thread, count.sum()));
            counts.put(role, sorted);
        });
        long ended = closed.sum(); // read first, so that open connections are never negative
        return new Stats(accepted.sum() - ended, accepted.sum(), emptyAccepts.sum(), acceptErrors.sum(), requests.sum(),
                answers.sum(), badRequests.sum(), handlerErrors.sum(), shed.sum(), timeouts.sum(), idleClosed.sum(),
                counts);
    }

    private Map<String, LongAdder> of(Role role) {
        Map<String, LongAdder> threads = roles.get(role);
        if (threads == null) {
            throw new IllegalStateException("Every role has its map: " + role);
        }
        return threads;
    }
}
