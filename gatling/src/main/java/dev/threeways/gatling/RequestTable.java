package dev.threeways.gatling;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Columns with the state of each request: no object per request, no lock, and memory only as it is used. One thread
 * writes a row at a time; the state, written last and read first, publishes the rest of the row.
 */
final class RequestTable {

    private static final int CHUNK_ROWS = 1 << 14;

    private static final int NEVER_SENT = 0;

    private static final int STARTED = 1;

    private static final int WRITTEN = 2;

    private static final int FIRST_CLASS = 3;

    private static final List<RequestClass> CLASSES = List.of(RequestClass.values());

    private static final int STATUS_SHIFT = 8;

    private final int capacity;

    private final AtomicReferenceArray<@Nullable Chunk> chunks;

    RequestTable(int capacity) {
        this.capacity = capacity;
        this.chunks = new AtomicReferenceArray<>((capacity + CHUNK_ROWS - 1) / CHUNK_ROWS);
    }

    int capacity() {
        return capacity;
    }

    void start(int row, long readyNanos, long startNanos) {
        Chunk chunk = chunkFor(row);
        chunk.ready[row % CHUNK_ROWS] = readyNanos;
        chunk.start[row % CHUNK_ROWS] = startNanos;
        chunk.state.set(row % CHUNK_ROWS, STARTED);
    }

    /** @return false if it had been written before */
    boolean write(int row) {
        return chunkFor(row).state.compareAndSet(row % CHUNK_ROWS, STARTED, WRITTEN);
    }

    void end(int row, long endNanos, RequestClass requestClass, int status) {
        Chunk chunk = chunkFor(row);
        chunk.end[row % CHUNK_ROWS] = endNanos;
        chunk.state.set(row % CHUNK_ROWS, (status << STATUS_SHIFT) | (FIRST_CLASS + CLASSES.indexOf(requestClass)));
    }

    RequestClass requestClass(int row) {
        int state = state(row) & ((1 << STATUS_SHIFT) - 1);
        return switch (state) {
            case NEVER_SENT -> RequestClass.NEVER_SENT;
            case STARTED, WRITTEN -> RequestClass.UNFINISHED;
            default -> CLASSES.get(state - FIRST_CLASS);
        };
    }

    /** @return 0 if there was no answer */
    int status(int row) {
        return state(row) >>> STATUS_SHIFT;
    }

    /** Earliest time the generator could have sent it. Only for a request that was sent. */
    long readyNanos(int row) {
        return sentChunk(row).ready[row % CHUNK_ROWS];
    }

    /** Valid only for a request that was sent. */
    long startNanos(int row) {
        return sentChunk(row).start[row % CHUNK_ROWS];
    }

    /** Valid only for a request that ended. */
    long endNanos(int row) {
        return sentChunk(row).end[row % CHUNK_ROWS];
    }

    private int state(int row) {
        Chunk chunk = chunks.get(row / CHUNK_ROWS);
        return chunk == null ? NEVER_SENT : chunk.state.get(row % CHUNK_ROWS);
    }

    private Chunk sentChunk(int row) {
        Chunk chunk = chunks.get(row / CHUNK_ROWS);
        if (chunk == null) {
            throw new IllegalStateException("Request " + row + " was never sent");
        }
        return chunk;
    }

    private Chunk chunkFor(int row) {
        Chunk chunk = chunks.get(row / CHUNK_ROWS);
        if (chunk != null) {
            return chunk;
        }
        Chunk fresh = new Chunk();
        Chunk other = chunks.compareAndExchange(row / CHUNK_ROWS, null, fresh);
        return other == null ? fresh : other;
    }

    private static final class Chunk {

        private final long[] ready = new long[CHUNK_ROWS];

        private final long[] start = new long[CHUNK_ROWS];

        private final long[] end = new long[CHUNK_ROWS];

        /** Status in the upper bits; below, its progress so far, or the class it ended in. */
        private final AtomicIntegerArray state = new AtomicIntegerArray(CHUNK_ROWS);
    }
}
