package dev.threeways.contract.rules;

import static dev.threeways.contract.HttpCall.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.RunningService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * C-2, what a request asks for: method, target, host and {@code Accept}. A fault there never reaches the handler, so it
 * leaves no payment line.
 */
abstract class HttpResourceRules {

    private final ContractRun run;

    private final RunningService service;

    HttpResourceRules(ContractRun run) {
        this.run = run;
        service = run.standard();
    }

    @ParameterizedTest
    @Tag("C-2.1")
    @DisplayName("C-2.1 Another method than POST is answered 405 with Allow")
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "post"})
    void wrongMethod(String method) {
        HttpAnswer expected = Expected.methodNotAllowed(path(42));
        HttpCall call = HttpCall.of(method, path(42));
        run.assertNotHandled(service, () -> {
            assertThat(service.send(call))
                    .isEqualTo(method.equals("HEAD") ? Expected.withoutBody(expected) : expected);
            assertThat(service.send(call.header("Origin", "https://shop.example")
                    .header("Access-Control-Request-Method", "POST")).status()).as("as a preflight").isEqualTo(405);
        });
    }

    @ParameterizedTest
    @Tag("C-2.2")
    @DisplayName("C-2.2 An Accept header that cannot be met is answered 406")
    @ValueSource(strings = {"text/html", "application/xml", "image/*", "\"x\"/y", "json", "MANY"})
    void notAcceptable(String accept) {
        String types = accept.replace("MANY", "a/b, ".repeat(100) + "*/*"); // more than Spring reads
        run.assertNotHandled(service, () -> assertThat(service.send(HttpCall.payment(42).header("Accept", types)))
                .isEqualTo(Expected.notAcceptable(path(42))));
    }

    @ParameterizedTest
    @Tag("C-2.3")
    @DisplayName("C-2.3 An Accept header that can be met changes nothing, in a failure neither")
    @ValueSource(strings = {"application/json", "application/*", "*/*", "text/html, */*;q=0.1"})
    void acceptable(String accept) {
        String key = run.key();
        assertThat(service.send(HttpCall.payment(42).key(key).header("Accept", accept)).header())
                .isEqualTo(Map.of("content-type", "application/json", "idempotency-key", key));
        String other = run.key();
        assertThat(service.send(HttpCall.payment(100_001).key(other).header("Accept", accept)))
                .isEqualTo(Expected.orderNotFound(other, 100_001));
    }

    @ParameterizedTest
    @Tag("C-2.9")
    @DisplayName("C-2.9 A path without a resource is answered 404")
    @ValueSource(strings = {"/", "//", "/nothing", "/orders", "/orders/42", "/orders/42/payment/", "/orders//payment",
            "/orders/42/payments", "/favicon.ico", "/error"})
    void unknownPath(String path) {
        run.assertNotHandled(service, () -> {
            assertThat(service.send(HttpCall.of("POST", path))).isEqualTo(Expected.noSuchResource(path));
            assertThat(service.send(HttpCall.of("GET", path))).isEqualTo(Expected.noSuchResource(path));
        });
    }

    @ParameterizedTest
    @Tag("C-2.11")
    @DisplayName("C-2.11 A query does not matter, however it is written, and is not repeated in a problem's instance")
    @ValueSource(strings = {"a=b", "discount=100%", "%zz", "a=%FF%00", "?", "&&=", "a=<b>", "[]{}|^`\"\\\\",
            "a/../b", ""})
    void query(String query) {
        String key = run.key();
        assertThat(service.send(HttpCall.of("POST", path(100_001) + "?" + query).key(key)))
                .isEqualTo(Expected.orderNotFound(key, 100_001));
    }

    @ParameterizedTest
    @Tag("C-2.15")
    @DisplayName("C-2.15 A target that names no path here is answered 400")
    @ValueSource(strings = {"/orders/42%00/payment", "/orders/%FF/payment", "/orders/%C0%AF/payment",
            "/orders/%/payment",
            "/../orders/42/payment", "/%2e%2e/orders/42/payment", "/orders/4<2/payment", "/orders/4|2/payment", "*",
            "orders/42/payment", "ftp://127.0.0.1/orders/42/payment", "http://elsewhere/orders/42/payment"})
    void invalidTarget(String target) {
        run.assertNotHandled(service, () -> {
            HttpAnswer answer = service.send(HttpCall.of("POST", target).header("idempotency-key", "k"));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("urn:problem-type:three-ways:bad-request");
            assertThat(answer.header()).doesNotContainKey("idempotency-key");
            assertThat(service.send(HttpCall.of("OPTIONS", target)).status()).isEqualTo(400);
        });
    }

    @Test
    @Tag("C-2.16")
    @DisplayName("C-2.16 A whole URI as target means its path, if it repeats the host")
    void absoluteForm() {
        String key = run.key();
        assertThat(service.send(HttpCall.of("POST", "http://127.0.0.1/orders/100001/payment?a").key(key)))
                .isEqualTo(Expected.orderNotFound(key, 100_001));
    }

    @ParameterizedTest
    @Tag("C-2.17")
    @DisplayName("C-2.17 A host is a name, with underscores if need be, or an address, and perhaps a port; else 400")
    @CsvSource(delimiter = '|', value = {"200|Host: order_service:8081", "200|Host: _", "200|Host: a-b.example",
            "200|Host: ",
            "200|Host: 127.0.0.1:1", "200|Host: [::1]:8081", "200|Host: 1.2.3.4.5", "200|Host: a:", "200|Host: a%20b",
            "400|Host: a b", "400|Host: a@b", "400|Host: a/b", "400|Host: http://a", "400|Host: a:b",
            "400|Host: a:99999",
            "400|Host: [::1", "400|Host: a,b", "400|Host: a;Host: a", "400|X: none"})
    void host(int status, String header) throws IOException {
        String key = run.key();
        String request = "POST /orders/42/payment HTTP/1.1\r\n" + header.replace(";", "\r\n")
                + "\r\nIdempotency-Key: "
                + key + "\r\n\r\n";
        if (status == 200) {
            service.noted(HttpCall.payment(42).key(key));
        }
        try (HttpConnection connection = service.connect()) {
            connection.send(request.getBytes(StandardCharsets.ISO_8859_1));
            HttpAnswer answer = connection.read("POST");
            assertThat(answer.status()).isEqualTo(status);
            if (status == 400) {
                assertThat(answer).isEqualTo(Expected.badRequest(path(42)));
                run.assertNoExchange(service, key);
                assertThat(service.lines(key)).isEmpty();
            }
        }
    }

    /** Uses header fields that Spring reads while it looks for a handler, or reports that there is none. */
    @ParameterizedTest
    @Tag("C-2.20")
    @DisplayName("C-2.20 A path without a resource is answered 404 whatever the method and the header say")
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {"Accept|\"x\"/y", "Accept|json", "Accept|MANY",
            "Accept|text/html", "Content-Type|*/*", "Content-Type|application/*", "Content-Type|json",
            "Content-Length|0", "If-None-Match|x", "If-Modified-Since|x", "Range|bytes=x", "Accept-Language|;;q",
            "Accept-Charset|?", "Origin|null", "Origin|:x", "Access-Control-Request-Method|POST",
            "X-Forwarded-Host|:x", "X-Forwarded-Port|x", "Forwarded|host=:x", "X-HTTP-Method-Override|x", "Cookie|=;=",
            "Upgrade|websocket", "traceparent|x"})
    void unknownPathWithHeader(String name, String value) {
        String odd = value.replace("MANY", "a/b, ".repeat(100) + "*/*"); // more than Spring reads
        run.assertNotHandled(service, () -> {
            for (String path : List.of("/nothing", "/actuator/health", "/webjars/x.js")) {
                for (String method : List.of("POST", "GET", "OPTIONS", "TRACE")) {
                    HttpCall call = HttpCall.of(method, path).header(name, odd);
                    assertThat(service.send(call)).as(method).isEqualTo(Expected.noSuchResource(path));
                    assertThat(service.send(call.header("Origin", "https://shop.example")
                            .header("Access-Control-Request-Method", "POST"))).as(method + " as a preflight")
                            .isEqualTo(Expected.noSuchResource(path));
                }
            }
        });
    }
}
