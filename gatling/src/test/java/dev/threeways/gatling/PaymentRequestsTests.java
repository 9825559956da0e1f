package dev.threeways.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PaymentRequestsTests {

    @Test
    void ordersAreSpreadEvenlyOverTheTable() {
        long[] tenths = new long[10];
        LongStream.range(0, 100_000).map(n -> PaymentRequests.orderId(1, n, 100_000)).forEach(id -> {
            assertThat(id).isBetween(1L, 100_000L);
            tenths[(int) ((id - 1) / 10_000)]++;
        });
        // 10,000 expected in each, with a standard deviation of 95.
        assertThat(LongStream.of(tenths).boxed()).allSatisfy(count -> assertThat(count).isBetween(9_500L, 10_500L));
    }

    @Test
    void theSeedDecides() {
        long[] orders = orders(1);
        assertThat(orders(1)).isEqualTo(orders);
        assertThat(orders(2)).isNotEqualTo(orders);
        assertThat(PaymentRequests.key(1, 17)).isEqualTo("1-17");
    }

    private static long[] orders(long seed) {
        return LongStream.range(0, 100).map(n -> PaymentRequests.orderId(seed, n, 100_000)).toArray();
    }
}
