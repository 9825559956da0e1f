package dev.threeways.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

/** Proves that the watch is awake: every other test here relies on it. */
class NonBlockingTests {

    @Test
    void aBlockedEventLoopIsSeen() throws Exception {
        try (var paymentApi = new StubPaymentApi(); var service = RunningService.start(paymentApi)) {
            var loop = service.bean(LoopResources.class).onServer(true).next();

            loop.submit(() -> {
                Thread.sleep(1); // the deliberate block
                return null;
            }).get();

            assertThat(NonBlocking.takeViolations()).singleElement()
                    .asString()
                    .contains("Blocking call on event-loop", "java.lang.Thread.sleep", "aBlockedEventLoopIsSeen");
        }
    }
}
