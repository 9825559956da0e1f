package dev.threeways.comparison.run;

import dev.threeways.comparison.scenario.Turns;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Coordinates stacks that are measured in {@link Turns}: they start and warm up one by one, are measured together, and
 * stop one by one. If one fails, those that wait are interrupted.
 */
public final class TurnTaking {

    /** Time for the readings before the first turn, and for generators to get ready. */
    private static final Duration PREPARATION = Duration.ofSeconds(6);

    private final Turns turns;

    private volatile Instant allWarm = Instant.MIN;

    private final List<CountDownLatch> warm;

    private final CountDownLatch measured;

    private final List<CountDownLatch> over;

    public TurnTaking(Turns turns) {
        this.turns = turns;
        this.warm = latches(turns.stacks());
        this.measured = new CountDownLatch(turns.stacks());
        this.over = latches(turns.stacks());
    }

    private static List<CountDownLatch> latches(int count) {
        return Stream.generate(() -> new CountDownLatch(1)).limit(count).toList();
    }

    /** @param number from 0, in the order of start */
    public Turn turn(int number) {
        return new Turn(number);
    }

    /** One stack's turn. Its methods are called in the order in which they stand here. */
    public final class Turn {

        private final int number;

        private Turn(int number) {
            this.number = number;
        }

        Turns turns() {
            return turns;
        }

        int number() {
            return number;
        }

        /** Waits until the stacks before it are warm: starting now would take the CPU from them. */
        void awaitStart() throws InterruptedException {
            awaitBefore(warm);
        }

        /** Reports this stack warm and silent, and waits until all are. */
        void awaitOthers() throws InterruptedException {
            allWarm = Instant.now();
            warm.get(number).countDown();
            warm.getLast().await();
        }

        /**
         * Returns when its first turn begins, after those of the stacks before it. Some seconds from now if
         * {@link #awaitOthers()} has just ended.
         */
        Instant firstTurn() {
            return allWarm.plus(PREPARATION).plus(turns.length().multipliedBy(number));
        }

        /**
         * Reports this stack's last answer, and waits until all have theirs: readings and collections would disturb
         * them.
         */
        void awaitLastTurn() throws InterruptedException {
            measured.countDown();
            measured.await();
        }

        /** Waits until the stacks before it are gone. */
        void awaitEnd() throws InterruptedException {
            awaitBefore(over);
        }

        /** Lets the next stack end, whatever became of this one. */
        void leave() {
            over.get(number).countDown();
        }

        private void awaitBefore(List<CountDownLatch> latches) throws InterruptedException {
            if (number > 0) {
                latches.get(number - 1).await();
            }
        }
    }
}
