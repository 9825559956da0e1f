package dev.threeways.payment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostHeaderTests {

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "order_service", "order_service:8081", "127.0.0.1", "a.example:80", "a:", "[::1]",
            "[::1]:80",
            "a%20b", "A-b~!$&'()*+;="})
    void aHost(String value) {
        assertThat(HostHeader.isValid(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b", "a@b", "a/b", "http://a", "a:b", "a:65536", "a:000080", "a:80:80", "[::1",
            "::1]", "[a b]",
            "[]", "[::1]80", "a,b", "a%2", "a%zz", "caf\u00e9", "a:\u0664\u0662", "a\0", "a\\b", "a?b", "a#b"})
    void notAHost(String value) {
        assertThat(HostHeader.isValid(value)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"a, -1", "a:80, 1", "a:, 1", "[::1], -1", "[::1]:80, 5", "'', -1"})
    void whereThePortIs(String value, int colon) {
        assertThat(HostHeader.portColon(value)).isEqualTo(colon);
    }
}
