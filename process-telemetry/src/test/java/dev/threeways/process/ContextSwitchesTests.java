package dev.threeways.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
class ContextSwitchesTests {

    @Test
    void countsWaitsOfThreadsThatHaveEnded() throws InterruptedException {
        ContextSwitches before = ContextSwitches.now().orElseThrow();
        Thread waits = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 100; i++) {
                try {
                    Thread.sleep(1); // counted: each sleep is a wait, and so a switch
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        waits.join();
        ContextSwitches after = ContextSwitches.now().orElseThrow();
        assertThat(after.voluntary() - before.voluntary()).isGreaterThanOrEqualTo(100);
        assertThat(after.involuntary()).isGreaterThanOrEqualTo(before.involuntary());
    }
}
