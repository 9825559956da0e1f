package dev.threeways.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTests {

    @ParameterizedTest
    @ValueSource(strings = {"/", "//", "/orders/42/payment", "/orders/4%5C2/payment", "/orders/%2F..%2F../payment",
            "/a/../b",
            "/a/..;x/b", "/%C3%A9", "/a%25b", "/a;b=c/d:e@f", "/a?", "/a?b=c&d", "/a?b=%41"})
    void aTargetThatIsAUriStaysAsItIs(String target) {
        assertThat(RequestTarget.ofOrigin(target, "host")).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "a/b", "host:80", "/%", "/%4", "/%zz", "/%00", "/%FF", "/%C0%AF", "/caf\u00e9",
            "/a b", "/a<b",
            "/a[b", "/a\\b", "/a^b", "/a|b", "/..", "/../a", "/a/../../b", "/%2e%2e/a", "/..;x/a", "ftp://host/a",
            "http://other/a", "http://host:80/a", "javascript://host/a", "/a#b", "/a?b#c", "/a?b c", "/a?\u00e9",
            "/a?b\0"})
    void whatNamesNoPathIsRefused(String target) {
        assertThat(RequestTarget.ofOrigin(target, "host")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"http://host/a, /a", "HTTPS://HOST/a?b, /a?b", "http://host, /", "http://host?b, /?b"})
    void aWholeUriMeansItsPath(String target, String path) {
        assertThat(RequestTarget.ofOrigin(target, "host")).isEqualTo(path);
        assertThat(RequestTarget.ofOrigin(target, null)).isEqualTo(path);
    }

    @Test
    void aQueryIsEscapedWhereItHasToBe() {
        String target = RequestTarget.ofOrigin("/a?discount=100%&b=%4&c=%41&d=<[{|}]>^`\"\\", "host");
        assertThat(target).isEqualTo("/a?discount=100%25&b=%254&c=%41&d=%3C%5B%7B%7C%7D%5D%3E%5E%60%22%5C");
        assertThat(URI.create("http://host" + target).getPath()).isEqualTo("/a");
    }
}
