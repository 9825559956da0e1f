package dev.threeways.comparison.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RetainedTests {

    private static final Map<String, Integer> THREADS = Map.of("acceptor", 1, "request-worker", 16, "jdbc-pool", 2);

    private static final Retained BEFORE = held(64, 16, 0, THREADS, 200, 30);

    private static Retained held(long connections, long idle, long waiting, Map<String, Integer> threads,
            int descriptors,
            long heapMib) {
        return new Retained(Map.of("server-connections", connections), Map.of("database-connections", idle),
                Map.of("database-connections", waiting), threads, descriptors, heapMib << 20);
    }

    @Test
    void whatWasGivenBackIsNoLeak() {
        assertThat(held(0, 16, 0, THREADS, 136, 31).notGivenBackSince(BEFORE, 0)).isEmpty();
        assertThat(BEFORE.notGivenBackSince(BEFORE, 0)).isEmpty();
    }

    @Test
    void connectionsInUseAndThoseWhoWaitAreLeaks() {
        assertThat(held(65, 16, 2, THREADS, 201, 30).notGivenBackSince(BEFORE, 0)).containsExactly(
                "server-connections in use: 64 before, 65 afterwards",
                "waiting for database-connections: 0 before, 2 afterwards");
    }

    @Test
    void whatIsToldOnlyOnceIsNotKnown() {
        Retained untold = new Retained(Map.of(), Map.of(), Map.of(), Map.of(), 136, 30L << 20);
        assertThat(untold.notGivenBackSince(BEFORE, 0))
                .containsExactly("not known, since the service told what it holds only before");
        assertThat(BEFORE.notGivenBackSince(untold, 0))
                .containsExactly("not known, since the service told what it holds only afterwards");
        assertThat(untold.notGivenBackSince(untold, 0)).as("another application").isEmpty();
    }

    @Test
    void aThreadThatStaysIsALeakUnlessItsPoolLetsItGoLater() {
        assertThat(held(0, 16, 0, Map.of("acceptor", 1, "request-worker", 200, "jdbc-pool", 3), 136, 30)
                .notGivenBackSince(BEFORE, 0)).containsExactly("threads of role jdbc-pool: 2 before, 3 afterwards");
        assertThat(held(0, 16, 0, Map.of("acceptor", 1, "other", 1), 136, 30).notGivenBackSince(BEFORE, 0))
                .as("whatever it is for")
                .containsExactly("threads of role other: 0 before, 1 afterwards");
    }

    @Test
    void aDescriptorThatNoPoolHasIsALeak() {
        assertThat(held(0, 36, 0, THREADS, 220, 30).notGivenBackSince(BEFORE, 0)).as("twenty more in the pool")
                .isEmpty();
        assertThat(held(0, 36, 0, THREADS, 221, 30).notGivenBackSince(BEFORE, 0))
                .containsExactly("open files and sockets: 200 before, 221 afterwards");
    }

    @Test
    void heapMayGrowBySomeAndByWhatPoolsKeep() {
        assertThat(held(0, 16, 0, THREADS, 136, 38).notGivenBackSince(BEFORE, 0)).isEmpty();
        assertThat(held(0, 16, 0, THREADS, 136, 39).notGivenBackSince(BEFORE, 0))
                .containsExactly("KiB of live heap: 30720 before, 39936 afterwards");
        assertThat(held(0, 32, 0, THREADS, 136, 39).notGivenBackSince(BEFORE, 0)).as("sixteen connections more")
                .isEmpty();
        assertThat(held(0, 16, 0, THREADS, 136, 39).notGivenBackSince(BEFORE, 16)).as("sixteen requests at once")
                .isEmpty();
        assertThat(held(0, 16, 0, THREADS, 136, 120).notGivenBackSince(BEFORE, 100_000)).as("most were turned away")
                .containsExactly("KiB of live heap: 30720 before, 122880 afterwards");
    }
}
