package dev.threeways.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopDelayTests {

    @Test
    void aLoopThatIsBlockedIsSilentAndThenLate() {
        var registry = new SimpleMeterRegistry();
        var end = new CountDownLatch(1);
        try (var loop = Executors.newSingleThreadScheduledExecutor()) {
            new EventLoopDelay(List.of(loop)).bindTo(registry);
            Timer delay = registry.get("event.loop.delay").tag("loop", "1").timer();
            Gauge silence = registry.get("event.loop.silence").tag("loop", "1").gauge();
            await().until(() -> delay.count() > 0);

            loop.execute(() -> {
                try {
                    end.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
            await().until(() -> silence.value() > 0.5);
            end.countDown();

            await().untilAsserted(() -> assertThat(delay.max(TimeUnit.MILLISECONDS)).isGreaterThan(300));
            assertThat(delay.count()).as("those missed meanwhile, too").isGreaterThanOrEqualTo(4);
            loop.shutdownNow();
        }
    }
}
