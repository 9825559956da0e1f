package dev.threeways.comparison.run;

import dev.threeways.comparison.scenario.Turns;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * How stacks get along that are measured in {@link Turns}: they start and get warm one after the other, are measured at the
 * same time, and are stopped one after the other. Whoever has to wait is interrupted if one of them fails.
 */
public final class TurnTaking {

    /** For what is asked and read before the first turn, and for generators to make themselves ready. */
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

    /** @param number from 0, the order in which they start */
    public Turn turn(int number) {
        return new Turn(number);
    }

    /** One stack's. Its methods are called in the order in which they stand here. */
    public final class Turn {

        private final int number;

        private Turn(int number) {
            this.number = number;
        }

        Turns turns() {
            return turns;
        }

        /** Until those before it are warm: what is compiled and loaded now would take the CPU from them. */
        void awaitStart() throws InterruptedException {
            awaitBefore(warm);
        }

        /** Is warm and silent. Until all are. */
        void awaitOthers() throws InterruptedException {
            allWarm = Instant.now();
            warm.get(number).countDown();
            warm.getLast().await();
        }

        /** When it begins: those before it have had theirs. Some seconds from now if {@link #awaitOthers()} has just ended. */
        Instant firstTurn() {
            return allWarm.plus(PREPARATION).plus(turns.length().multipliedBy(number));
        }

        /** Has had its last answer. Until all have: what is asked and collected from now on would disturb them. */
        void awaitLastTurn() throws InterruptedException {
            measured.countDown();
            measured.await();
        }

        /** Until those before it are gone. */
        void awaitEnd() throws InterruptedException {
            awaitBefore(over);
        }

        /** Whatever became of it. */
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
