package dev.threeways.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class InFlightLimitTests {

    @Test
    void letsInAsManyAsTheLimitAndNobodyElse() {
        var limit = new InFlightLimit(2);

        assertThat(limit.tryEnter()).isTrue();
        assertThat(limit.tryEnter()).isTrue();
        assertThat(limit.tryEnter()).isFalse();
        assertThat(limit.current()).isEqualTo(2);

        limit.leave();
        assertThat(limit.tryEnter()).isTrue();
    }

    @Test
    void letsNobodyInWhileOthersWait() {
        var othersWait = new AtomicBoolean(true);
        var limit = new InFlightLimit(2, othersWait::get);

        assertThat(limit.tryEnter()).isFalse();
        assertThat(limit.turnedAway()).isOne();
        assertThat(limit.current()).as("who was not let in holds nothing").isZero();

        othersWait.set(false);
        assertThat(limit.tryEnter()).isTrue();
    }

    @Test
    void neverLetsInMoreWhenManyTryAtOnce() throws Exception {
        var limit = new InFlightLimit(8);
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var refused = new AtomicInteger();
        Callable<Void> visit = () -> {
            if (limit.tryEnter()) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                LockSupport.parkNanos(1_000);
                inside.decrementAndGet();
                limit.leave();
            } else {
                refused.incrementAndGet();
            }
            return null;
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> done : threads.invokeAll(Collections.nCopies(10_000, visit))) {
                done.get();
            }
        }

        assertThat(most).hasValueBetween(1, 8);
        assertThat(refused).hasValueLessThan(10_000);
        assertThat(limit.current()).isZero();
    }

    @Test
    void isIdleOnlyWhenTheLastHasLeft() throws Exception {
        var limit = new InFlightLimit(3);
        limit.tryEnter();

        assertThat(limit.closeAndAwaitIdle(Duration.ofMillis(1))).isFalse();
        assertThat(limit.tryEnter()).as("enters although closed").isFalse();

        limit.leave();
        assertThat(limit.closeAndAwaitIdle(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void nobodyEntersAfterItWasFoundIdle() {
        var limits = new ArrayList<InFlightLimit>();
        var limit = new InFlightLimit(2, () -> { // asked by a request that has seen that the limit is open
            try {
                assertThat(limits.getFirst().closeAndAwaitIdle(Duration.ofSeconds(10))).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return false;
        });
        limits.add(limit);

        assertThat(limit.tryEnter()).isFalse();
        assertThat(limit.current()).isZero();
    }

    @Test
    void refusesALimitThatLetsNobodyIn() {
        assertThatIllegalArgumentException().isThrownBy(() -> new InFlightLimit(0)).withMessageContaining("0");
    }
}
