package dev.threeways.payment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderIdTests {

    @ParameterizedTest
    @CsvSource({"1, 1", "42, 42", "007, 7", "9223372036854775807, 9223372036854775807"})
    void readsPositiveNumbers(String text, long id) {
        assertThat(OrderId.parse(text)).hasValue(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "+1", "1.0", "1e3", "abc", " 1", "1 ", "٤٢", "0x10", "9223372036854775808",
            "00000000000000000001"})
    void refusesAnythingElse(String text) {
        assertThat(OrderId.parse(text)).isEmpty();
    }
}
