package dev.threeways.reactive;

import dev.threeways.telemetry.InFlightLimit;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The first step of a graceful shutdown. The handler rejects new requests and finishes those in flight, even if their
 * callers hung up. Only then does the web server close its connections. In the opposite order it would close a
 * connection after the answer it waited for. A request that had come over it meanwhile would be cut off, paid and
 * unanswered.
 */
final class Drain implements SmartLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(Drain.class);

    private final InFlightLimit inFlight;

    private final Duration atMost;

    private volatile boolean running;

    Drain(InFlightLimit inFlight, Duration atMost) {
        this.inFlight = inFlight;
        this.atMost = atMost;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        try {
            if (!inFlight.closeAndAwaitIdle(atMost)) {
                logger.warn("Shutting down with {} requests in flight after waiting {}", inFlight.current(), atMost);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Higher phases stop first: just before the web server's graceful shutdown. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
    }
}
