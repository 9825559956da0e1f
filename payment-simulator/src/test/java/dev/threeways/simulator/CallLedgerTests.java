package dev.threeways.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallLedgerTests {

    @Test
    void countsByKeyAndKeepsTheLastOutcome() {
        var ledger = new CallLedger(10);
        assertThat(ledger.add("a", SimulatedOutcome.APPROVED, true)).isEqualTo(1);
        assertThat(ledger.add("b", SimulatedOutcome.ERROR, true)).isEqualTo(1);
        assertThat(ledger.add("a", SimulatedOutcome.HANG, true)).isEqualTo(2);
        assertThat(ledger.size()).isEqualTo(2);
        assertThat(ledger.get(0)).isEqualTo(new CallLedger.Entry("a", 2, SimulatedOutcome.HANG, true));
        assertThat(ledger.get(1)).isEqualTo(new CallLedger.Entry("b", 1, SimulatedOutcome.ERROR, true));
        assertThat(ledger.calls("b")).isEqualTo(1);
        assertThat(ledger.calls("c")).isZero();
    }

    /** Covers entries that are not the first of their page, too. */
    @Test
    void isSignedIfAllItsCallsWere() {
        var ledger = new CallLedger(10_000);
        for (int n = 0; n < 10_000; n++) {
            ledger.add("1-" + n, SimulatedOutcome.APPROVED, n % 3 != 0);
        }
        ledger.add("1-1", SimulatedOutcome.APPROVED, false);
        ledger.add("1-3", SimulatedOutcome.APPROVED, true);
        for (int n = 0; n < 10_000; n++) {
            assertThat(ledger.get(n).signed()).as("%d", n).isEqualTo(n % 3 != 0 && n != 1);
        }
    }

    /** Covers more keys than a page has entries, more text than a text page, and a table as full as it gets. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4_096, 65_535, 65_536, 100_000})
    void holdsAsManyKeysAsItSays(int keys) {
        var ledger = new CallLedger(keys);
        for (int round = 1; round <= 2; round++) {
            for (int n = 0; n < keys; n++) {
                assertThat(ledger.add("1-" + n, SimulatedOutcome.APPROVED, true)).isEqualTo(round);
            }
        }
        assertThat(ledger.add("one more", SimulatedOutcome.APPROVED, true)).isZero();
        assertThat(ledger.size()).isEqualTo(keys);
        for (int n = 0; n < keys; n++) {
            assertThat(ledger.get(n)).isEqualTo(new CallLedger.Entry("1-" + n, 2, SimulatedOutcome.APPROVED, true));
        }
    }

    @Test
    void longKeysFillItEarlierButKnownOnesStillCount() {
        int maxKeys = 100_000;
        var ledger = new CallLedger(maxKeys);
        int keys = 0;
        while (ledger.add(longKey(keys), SimulatedOutcome.APPROVED, true) == 1) {
            keys++;
        }
        // 40 bytes on average; a page more, and the loss at the ends of pages
        assertThat(keys * 256L).isBetween(maxKeys * 40L - (1 << 18), maxKeys * 40L + (1 << 18));
        assertThat(ledger.add(longKey(keys / 2), SimulatedOutcome.ERROR, true)).isEqualTo(2);
        assertThat(ledger.get(keys / 2))
                .isEqualTo(new CallLedger.Entry(longKey(keys / 2), 2, SimulatedOutcome.ERROR, true));
    }

    private static String longKey(int n) {
        return String.format(Locale.ROOT, "%0255d", n);
    }
}
