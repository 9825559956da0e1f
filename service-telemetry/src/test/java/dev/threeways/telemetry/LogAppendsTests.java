package dev.threeways.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.logstash.logback.appender.LoggingEventAsyncDisruptorAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogAppendsTests {

    private static final int RING = 4;

    private final LoggerContext logging = new LoggerContext();

    private final LoggingEventAsyncDisruptorAppender ring = new LoggingEventAsyncDisruptorAppender();

    private final CountDownLatch console = new CountDownLatch(1);

    @AfterEach
    void stop() {
        console.countDown();
        logging.stop();
    }

    @Test
    void countsLinesAndTheTimeThreadsWaitForARingThatIsFull() throws InterruptedException {
        Logger logger = logger(-1);
        long written = LogAppends.written();
        long dropped = LogAppends.dropped();
        long blocked = LogAppends.blockedNanos();
        int lines = 3 * RING;

        Thread logs = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < lines; i++) {
                logger.info("line");
            }
        });
        await().until(() -> LogAppends.written() >= written + RING);
        logs.join(100);
        assertThat(logs.isAlive()).as("waits for the ring").isTrue();
        console.countDown();
        logs.join();

        assertThat(LogAppends.written()).isEqualTo(written + lines);
        assertThat(LogAppends.dropped()).isEqualTo(dropped);
        assertThat(LogAppends.blockedNanos() - blocked).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(50));
    }

    @Test
    void countsLinesThatAreDropped() {
        Logger logger = logger(0);
        long written = LogAppends.written();
        long dropped = LogAppends.dropped();
        int lines = 3 * RING;

        for (int i = 0; i < lines; i++) {
            logger.info("line");
        }

        assertThat(LogAppends.dropped() - dropped).isBetween(1L, (long) lines);
        assertThat(LogAppends.written() - written + LogAppends.dropped() - dropped).isEqualTo(lines);
    }

    /** @param appendTimeout milliseconds to wait for a full ring; for ever if negative */
    private Logger logger(int appendTimeout) {
        var slow = new AppenderBase<ILoggingEvent>() {

            @Override
            protected void append(ILoggingEvent event) {
                try {
                    console.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        slow.setContext(logging);
        slow.start();
        ring.setContext(logging);
        ring.setRingBufferSize(RING);
        ring.setAppendTimeout(ch.qos.logback.core.util.Duration.buildByMilliseconds(appendTimeout));
        ring.addListener(new LogAppends());
        ring.addAppender(slow);
        ring.start();
        Logger logger = logging.getLogger("test");
        logger.addAppender(ring);
        return logger;
    }
}
