package dev.threeways.reactive;

import dev.threeways.payment.InFlightLimit;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The last step of a graceful shutdown. The web server has waited for the requests whose callers are still there; this
 * waits for those whose callers hung up, while the clients they need still work.
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

    /** Later phases stop first: right after the web server's graceful shutdown. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 1;
    }
}
