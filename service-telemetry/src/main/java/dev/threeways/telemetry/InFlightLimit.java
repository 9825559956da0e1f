package dev.threeways.telemetry;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Bounds the requests that are in the handler at once, whatever they wait for. Tomcat's thread pool would do that by
 * accident for platform threads. Virtual threads and event loops have no such bound: any slow dependency would fill the
 * heap. By Little's law the limit is the highest arrival rate to be served times the longest time a request may take.
 *
 * <p>Rejected requests are answered at once. There is no queue, because a waiting request costs as much memory as one
 * that is served.
 */
public final class InFlightLimit {

    private final int max;

    private final Semaphore permits;

    private final BooleanSupplier othersWait;

    private final LongAdder turnedAway = new LongAdder();

    private volatile boolean closed;

    /** @throws IllegalArgumentException if {@code max} is not positive */
    public InFlightLimit(int max) {
        this(max, () -> false);
    }

    /**
     * @param othersWait whether requests wait in front of the handler, where this cannot count them. While they do,
     * every request is rejected; asked by each request
     * @throws IllegalArgumentException if {@code max} is not positive
     */
    public InFlightLimit(int max, BooleanSupplier othersWait) {
        if (max < 1) {
            throw new IllegalArgumentException("The limit of requests in flight must be positive, not " + max);
        }
        this.max = max;
        this.permits = new Semaphore(max);
        this.othersWait = othersWait;
    }

    /** Never waits. A caller that gets true calls {@link #leave()} exactly once. */
    public boolean tryEnter() {
        if (closed) {
            return false;
        }
        boolean entered = !othersWait.getAsBoolean() && permits.tryAcquire();
        if (!entered) {
            turnedAway.increment();
        } else if (closed) { // meanwhile, and perhaps found idle
            leave();
            return false;
        }
        return entered;
    }

    public void leave() {
        permits.release();
    }

    public int max() {
        return max;
    }

    /** Requests rejected because the limit was reached, or others waited. */
    public long turnedAway() {
        return turnedAway.sum();
    }

    /** Requests in flight now. */
    public int current() {
        return max - permits.availablePermits();
    }

    /**
     * Rejects every further request and waits until nothing is in flight, for a shutdown that must not lose a request.
     *
     * @return false if {@code atMost} passed first
     */
    public boolean closeAndAwaitIdle(Duration atMost) throws InterruptedException {
        closed = true;
        boolean idle = permits.tryAcquire(max, atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (idle) {
            permits.release(max); // nothing is in flight, and nothing comes in
        }
        return idle;
    }
}
