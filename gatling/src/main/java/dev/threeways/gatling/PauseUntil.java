package dev.threeways.gatling;

import com.typesafe.scalalogging.Logger;
import io.gatling.core.action.Action;
import io.gatling.core.structure.ScenarioContext;
import io.gatling.javaapi.core.ActionBuilder;
import io.gatling.javaapi.core.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * Makes a user wait until something is known, and then for a point in time. Gatling's own pause counts in whole
 * milliseconds. That would add half a millisecond to every latency counted from the intended time; the event loop's
 * timer is finer.
 *
 * @param known complete when {@code nanoTime} can be called
 * @param nanoTime the point in time, on {@link System#nanoTime()}'s clock
 */
record PauseUntil(CompletableFuture<?> known, ToLongFunction<Session> nanoTime) implements ActionBuilder {

    @Override
    public io.gatling.core.action.builder.ActionBuilder asScala() {
        return new Builder(known, nanoTime);
    }

    private record Builder(CompletableFuture<?> known,
            ToLongFunction<Session> nanoTime) implements io.gatling.core.action.builder.ActionBuilder {

        @Override
        public Action build(ScenarioContext context, Action next) {
            return new Pause(known, nanoTime, next);
        }
    }

    private static final class Pause implements Action {

        private final CompletableFuture<?> known;

        private final ToLongFunction<Session> nanoTime;

        private final Action next;

        private Logger logger = Logger.apply(PauseUntil.class);

        Pause(CompletableFuture<?> known, ToLongFunction<Session> nanoTime, Action next) {
            this.known = known;
            this.nanoTime = nanoTime;
            this.next = next;
        }

        @Override
        public String name() {
            return "pause-until";
        }

        @Override
        public void execute(io.gatling.core.session.Session session) {
            if (known.isDone()) {
                pause(session);
            } else {
                var _ = known.thenRun(() -> session.eventLoop().execute(() -> pause(session)));
            }
        }

        private void pause(io.gatling.core.session.Session session) {
            long waitNanos = nanoTime.applyAsLong(new Session(session)) - System.nanoTime();
            if (waitNanos > 0) {
                var _ = session.eventLoop().schedule(() -> next.$bang(session), waitNanos, TimeUnit.NANOSECONDS);
            } else {
                next.$bang(session);
            }
        }

        @Override
        public Logger logger() {
            return logger;
        }

        /** Scala's way to initialize a trait's field. */
        @Override
        public void com$typesafe$scalalogging$StrictLogging$_setter_$logger_$eq(Logger value) {
            logger = value;
        }
    }
}
