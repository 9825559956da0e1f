package dev.threeways.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTests {

    @Test
    void passesTheCallersKeyOn() {
        assertThat(IdempotencyKey.of(List.of("order-42/attempt,1"))).hasValue(new IdempotencyKey("order-42/attempt,1"));
    }

    @Test
    void makesAFreshUuidForACallerWithoutOne() {
        String first = IdempotencyKey.of(List.of()).orElseThrow().value();
        String second = IdempotencyKey.of(List.of()).orElseThrow().value();

        assertThat(UUID.fromString(first)).isNotEqualTo(UUID.fromString(second));
    }

    @Test
    void refusesTwoHeaders() {
        assertThat(IdempotencyKey.of(List.of("a", "a"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\tb", "a\nb", "schlüssel", "\u007f"})
    void refusesWhatIsNotVisibleAscii(String value) {
        assertThat(IdempotencyKey.of(List.of(value))).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new IdempotencyKey(value));
    }

    @Test
    void refusesMoreThan255Characters() {
        assertThat(IdempotencyKey.of(List.of("k".repeat(255)))).isPresent();
        assertThat(IdempotencyKey.of(List.of("k".repeat(256)))).isEmpty();
    }
}
