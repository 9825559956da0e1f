package dev.threeways.comparison.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.scenario.Turns;
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

    private Void takeTurn(TurnTaking.Turn turn, int number) throws InterruptedException {
        turn.awaitStart();
        happened.add("start " + number);
        happened.add("warm " + number);
        turn.awaitOthers();
        happened.add("turn " + turn.firstTurn().toEpochMilli());
        turn.awaitLastTurn();
        turn.awaitEnd();
        happened.add("end " + number);
        turn.leave();
        return null;
    }

    @Test
    @Timeout(30)
    void oneStartsAfterTheOtherAllAreMeasuredAndOneEndsAfterTheOther() throws Exception {
        TurnTaking turns = new TurnTaking(new Turns(STACKS, Duration.ofMillis(200)));
        long before = System.currentTimeMillis();
        try (ExecutorService executor = Executors.newCachedThreadPool()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int number = STACKS - 1; number >= 0; number--) {
                int mine = number;
                all.add(executor.submit(() -> takeTurn(turns.turn(mine), mine)));
            }
            for (Future<Void> each : all) {
                each.get();
            }
        }
        assertThat(happened).filteredOn(what -> !what.startsWith("turn"))
                .containsExactly("start 0", "warm 0",
                        "start 1",
                        "warm 1", "start 2", "warm 2", "end 0", "end 1", "end 2");
        List<Long> turnsMillis = happened.subList(2 * STACKS, 3 * STACKS)
                .stream()
                .map(what -> Long.valueOf(what.replace("turn ", "")))
                .sorted()
                .toList();
        assertThat(turnsMillis.get(1) - turnsMillis.get(0)).isEqualTo(200);
        assertThat(turnsMillis.get(2) - turnsMillis.get(1)).isEqualTo(200);
        assertThat(turnsMillis.getFirst()).as("some seconds ahead").isGreaterThan(before + 2_000);
    }

    @Test
    @Timeout(30)
    void whoIsAloneWaitsForNobody() throws Exception {
        Void _ = takeTurn(new TurnTaking(Turns.NONE).turn(0), 0);
        assertThat(happened).hasSize(4).contains("start 0", "warm 0", "end 0");
    }
}
