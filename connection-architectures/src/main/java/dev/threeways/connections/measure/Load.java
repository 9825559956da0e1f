package dev.threeways.connections.measure;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** A load in progress. */
final class Load {

    final String request;

    /** Whether the next request follows as soon as one is answered. */
    final boolean closedLoop;

    final ConcurrentHistogram micros = new ConcurrentHistogram(3);

    final Histogram lagMicros = new Histogram(3);

    final AtomicLong sent = new AtomicLong();

    final AtomicLong ok = new AtomicLong();

    final AtomicLong errors = new AtomicLong();

    volatile boolean ending;

    Load(String request, boolean closedLoop) {
        this.request = request;
        this.closedLoop = closedLoop;
    }

    long unanswered() {
        return sent.get() - ok.get() - errors.get();
    }
}
