package dev.threeways.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Delay of the tasks on an event loop: each loop should look at the clock ten times a second. A callback that blocks or
 * computes delays this as it delays every request on that loop. Every look that a loop missed counts with its own
 * delay. A loop that is still busy is silent.
 */
public final class EventLoopDelay implements MeterBinder {

    private static final long PERIOD_NANOS = Duration.ofMillis(100).toNanos();

    private final List<ScheduledExecutorService> loops;

    /** @param loops each runs its tasks on one thread, as Netty's do; a loop that has ended is looked at no more */
    public EventLoopDelay(List<? extends ScheduledExecutorService> loops) {
        this.loops = List.copyOf(loops);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        int number = 0;
        for (ScheduledExecutorService loop : loops) {
            String tag = Integer.toString(++number);
            Timer delay = Timer.builder("event.loop.delay")
                    .tag("loop", tag)
                    .description("How late an event loop comes to what it should do")
                    .serviceLevelObjectives(TimerBuckets.oneTwoFive())
                    .register(registry);
            var look = new Look(loop, delay);
            Gauge.builder("event.loop.silence", () -> (System.nanoTime() - look.lastNanos) / 1e9)
                    .tag("loop", tag)
                    .description("Since an event loop last looked at the clock, which it should do every 0.1 s")
                    .baseUnit("seconds")
                    .register(registry);
            look.again();
        }
    }

    private static final class Look implements Runnable {

        private final ScheduledExecutorService loop;

        private final Timer delay;

        private volatile long lastNanos = System.nanoTime();

        Look(ScheduledExecutorService loop, Timer delay) {
            this.loop = loop;
            this.delay = delay;
        }

        void again() {
            if (!loop.isShutdown()) {
                var _ = loop.schedule(this, PERIOD_NANOS, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void run() {
            long now = System.nanoTime();
            delay.record(Math.max(0, now - lastNanos - PERIOD_NANOS), TimeUnit.NANOSECONDS);
            for (long late = now - lastNanos - 2 * PERIOD_NANOS; late > 0; late -= PERIOD_NANOS) {
                delay.record(late, TimeUnit.NANOSECONDS); // due meanwhile, and missed
            }
            lastNanos = now;
            again();
        }
    }
}
