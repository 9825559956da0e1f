package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TurnTakingTests {

    private static final int STACKS = 3;

    private final List<String> happened = Collections.synchronizedList(new ArrayList<>());

    private Void takeTurn(TurnTaking.Place place, int number) throws InterruptedException {
        place.awaitStart();
        happened.add("start " + number);
        happened.add("warm " + number);
        place.awaitOthers();
        place.awaitTurn();
        happened.add("turn " + number);
        place.awaitLastTurn();
        place.awaitEnd();
        happened.add("end " + number);
        place.leave();
        return null;
    }

    @Test
    @Timeout(30)
    void oneStartsAfterTheOtherAllAreMeasuredAndOneEndsAfterTheOther() throws Exception {
        TurnTaking turns = new TurnTaking(new Turns(STACKS, Duration.ofMillis(200)));
        try (ExecutorService executor = Executors.newCachedThreadPool()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int number = STACKS - 1; number >= 0; number--) {
                int mine = number;
                all.add(executor.submit(() -> takeTurn(turns.place(mine), mine)));
            }
            for (Future<Void> each : all) {
                each.get();
            }
        }
        assertThat(happened).containsExactly("start 0", "warm 0", "start 1", "warm 1", "start 2", "warm 2", "turn 0",
                "turn 1", "turn 2", "end 0", "end 1", "end 2");
    }

    @Test
    @Timeout(30)
    void whoIsAloneWaitsForNobody() throws Exception {
        Void _ = takeTurn(new TurnTaking(Turns.NONE).place(0), 0);
        assertThat(happened).containsExactly("start 0", "warm 0", "turn 0", "end 0");
    }
}
