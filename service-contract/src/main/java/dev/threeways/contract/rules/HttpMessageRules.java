package dev.threeways.contract.rules;

import static dev.threeways.contract.HttpCall.path;
import static dev.threeways.contract.RunningService.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.RunningService;
import dev.threeways.simulator.Behaviour;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * C-2, how a request is sent: syntax, version, length, body and connection. A fault there never reaches the handler, so
 * it leaves no payment line.
 */
abstract class HttpMessageRules {

    private final ContractRun run;

    private final RunningService service;

    HttpMessageRules(ContractRun run) {
        this.run = run;
        service = run.standard();
    }

    @Test
    @Tag("C-2.4")
    @DisplayName("C-2.4 A body of 16 KiB is read and ignored, announced or chunked; the connection lives on")
    void bodyThatFits() throws IOException {
        String body = "x".repeat(16 * 1024);
        try (HttpConnection connection = service.connect()) {
            HttpCall call = HttpCall.payment(42).header("Content-Type", "text/plain");
            assertThat(connection.exchange(service.noted(call.key(run.key()).body(body))).status()).isEqualTo(200);
            assertThat(connection.exchange(service.noted(call.key(run.key()).chunkedBody(body))).status())
                    .isEqualTo(200);
            for (String type : List.of("multipart/form-data", "multipart/form-data; boundary=", "json",
                    "a/b; charset=x", "application/x-www-form-urlencoded", "text/plain, text/html", "")) {
                HttpCall odd = HttpCall.payment(42).header("Content-Type", type).key(run.key()).body("%zz=%&a");
                assertThat(connection.exchange(service.noted(odd)).status()).as(type).isEqualTo(200);
            }
            String trailers = "1\r\nx\r\n0\r\n" + "X: y\r\n".repeat(50) + "\r\n";
            for (int i = 0; i < 2; i++) {
                connection.send(
                        service.noted(HttpCall.payment(42).key(run.key()).header("Transfer-Encoding", "chunked")));
                connection.send(trailers.getBytes(StandardCharsets.ISO_8859_1));
                assertThat(connection.read("POST").status()).as("with trailers").isEqualTo(200);
            }
            assertThat(connection.exchange(service.noted(HttpCall.payment(42).key(run.key()))).status())
                    .isEqualTo(200);
        }
    }

    @Test
    @Tag("C-2.5")
    @DisplayName("C-2.5 A body over 16 KiB is answered 413: before it is sent, if its length is announced")
    void bodyTooLargeAnnounced() {
        run.assertNotHandled(service, () -> {
            HttpCall call = HttpCall.payment(42).header("Content-Length", Integer.toString(16 * 1024 + 1));
            assertThat(service.send(call)).isEqualTo(Expected.contentTooLarge(path(42)));
            assertThat(service.send(HttpCall.payment(42).header("Content-Length", "99999999999")))
                    .isEqualTo(Expected.contentTooLarge(path(42)));
            try (HttpConnection connection = service.connect()) {
                assertThat(connection.exchange(call.header("Expect", "100-continue")))
                        .isEqualTo(Expected.contentTooLarge(path(42)));
                assertThat(connection.interimAnswers()).as("nobody is asked to send what is not read").isZero();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    @Tag("C-2.6")
    @DisplayName("C-2.6 A chunked body over 16 KiB is answered 413")
    void bodyTooLargeChunked() {
        run.assertNotHandled(service,
                () -> assertThat(service.send(HttpCall.payment(42).chunkedBody("x".repeat(16 * 1024 + 1))))
                        .isEqualTo(Expected.contentTooLarge(path(42))));
    }

    @Test
    @Tag("C-2.7")
    @DisplayName("C-2.7 A header that is too large is answered 431; one of 4 KiB is not")
    void headerTooLarge() {
        run.assertNotHandled(service, () -> {
            assertThat(service.send(HttpCall.payment(42).header("X-Large", "x".repeat(20_000))))
                    .isEqualTo(Expected.headerTooLarge(path(42)));
        });
        assertThat(service.send(HttpCall.payment(42).key(run.key()).header("X-Large", "x".repeat(4_096))).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @Tag("C-2.8")
    @DisplayName("C-2.8 What is no HTTP is answered 400 with problem details")
    @ValueSource(strings = {"NONSENSE\r\n\r\n",
            "POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
            "POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
            "POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n\r\n",
            "POST /orders/%zz/payment HTTP/1.1\r\nHost: a\r\n\r\n"})
    void malformed(String request) throws IOException {
        run.assertNotHandled(service, () -> {
            try (HttpConnection connection = service.connect()) {
                connection.send(request.getBytes(StandardCharsets.ISO_8859_1));
                HttpAnswer answer = connection.read("POST");
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.body()).contains("urn:problem-type:three-ways:bad-request");
                assertThat(connection.isEndedByPeer()).as("the connection is closed").isTrue();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        run.assertPays(service);
    }

    @Test
    @Tag("C-2.10")
    @DisplayName("C-2.10 A connection serves one request after another: answers 200, 404 and 405 do not end it")
    void keepAlive() throws IOException {
        try (HttpConnection connection = service.connect()) {
            for (int i = 0; i < 50; i++) {
                assertThat(connection.exchange(service.noted(HttpCall.payment(42).key(run.key()))).status())
                        .isEqualTo(200);
                assertThat(connection.exchange(service.noted(HttpCall.payment(100_001).key(run.key()))).status())
                        .isEqualTo(404);
                assertThat(connection.exchange(HttpCall.of("GET", path(42))).status()).isEqualTo(405);
                assertThat(connection.exchange(HttpCall.of("GET", "/nothing")).status()).isEqualTo(404);
            }
        }
    }

    @ParameterizedTest
    @Tag("C-2.12")
    @DisplayName("C-2.12 A request whose length cannot be known is refused, the connection closed, its body never handled")
    @CsvSource(delimiter = '|', value = {"501|Transfer-Encoding: xchunked", "501|Transfer-Encoding: gzip",
            "501|Transfer-Encoding: identity", "501|Transfer-Encoding: gzip, chunked",
            "501|Transfer-Encoding: identity;Transfer-Encoding: chunked",
            "400|Transfer-Encoding: chunked, identity",
            "400|Transfer-Encoding: chunked, chunked", "400|Transfer-Encoding: chunked;Transfer-Encoding: chunked",
            "400|Transfer-Encoding: chunked;Content-Length: 5", "400|Content-Length: 5;Transfer-Encoding: chunked",
            "400|HTTP/1.0;Transfer-Encoding: chunked", "400|Content-Length: 0;Content-Length: 5",
            "400|Content-Length: 5, 5", "400|Content-Length: +0", "400|Content-Length: -1", "400|Content-Length: 0x0",
            "400|Content-Length: 99999999999999999999"})
    void unknownLength(int status, String framing) {
        String version = framing.startsWith("HTTP/1.0;") ? "HTTP/1.0" : "HTTP/1.1";
        String header = framing.replace("HTTP/1.0;", "").replace(";", "\r\n");
        String hidden = run.key();
        run.assertNotHandled(service, () -> {
            try (HttpConnection connection = service.connect()) {
                connection.send(("POST /orders/42/payment " + version + "\r\nHost: a\r\n" + header
                        + "\r\n\r\n0\r\n\r\n"
                        + "POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nIdempotency-Key: " + hidden + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
                assertThat(connection.read("POST")).isEqualTo(status == 501
                        ? Expected.notImplemented(path(42))
                        : Expected.badRequest(path(42)));
                assertThat(connection.isEndedByPeer()).as("the connection is closed").isTrue();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        run.assertNoExchange(service, hidden);
    }

    @Test
    @Tag("C-2.13")
    @DisplayName("C-2.13 A caller that closes its sending half after its requests gets all answers, then the connection is closed")
    void halfClose() throws IOException {
        RunningService patient = run.patient();
        run.simulator.behaviour(Behaviour.INSTANT.withLatency(Duration.ofMillis(200), Duration.ofMillis(200),
                Duration.ofMillis(200)));
        String first = run.key();
        String second = run.key();
        try (HttpConnection connection = patient.connect()) {
            connection.send(patient.noted(HttpCall.payment(42).key(first).body("ignored")));
            connection.send(patient.noted(HttpCall.payment(42).key(second)));
            connection.halfClose();
            for (String key : List.of(first, second)) {
                HttpAnswer answer = connection.read("POST");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header()).containsEntry("idempotency-key", key);
            }
            assertThat(connection.isEndedByPeer()).as("the connection is closed").isTrue();
        }
        try (HttpConnection idle = patient.connect(); HttpConnection begun = patient.connect()) {
            assertThat(idle.exchange(HttpCall.of("GET", "/nothing")).status()).isEqualTo(404);
            idle.halfClose();
            assertThat(idle.isEndedByPeer()).as("an idle connection is closed").isTrue();
            begun.send("POST /orders/42/payment HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"
                    .getBytes(StandardCharsets.ISO_8859_1));
            begun.halfClose();
            assertThat(begun.isEndedByPeer()).as("so is one whose request will never be whole").isTrue();
        }
        await("all connections are given up").atMost(SOON)
                .until(() -> patient.waiting().at("/resources/server-connections/used").intValue() == 0);
    }

    @Test
    @Tag("C-2.14")
    @DisplayName("C-2.14 100-continue is answered 100 before a body that is read; another expectation 417")
    void expectation() throws IOException {
        try (HttpConnection connection = service.connect()) {
            HttpCall head = HttpCall.payment(42)
                    .key(run.key())
                    .header("Content-Length", "7")
                    .header("Expect", "100-continue");
            connection.send(service.noted(head));
            await().atMost(SOON).until(connection::hasAnswer);
            connection.send("ignored".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(connection.read("POST").status()).isEqualTo(200);
            assertThat(connection.interimAnswers()).isEqualTo(1);
        }
        run.assertNotHandled(service, () -> assertThat(service.send(HttpCall.payment(42).header("Expect", "miracles")))
                .isEqualTo(Expected.expectationFailed(path(42))));
    }

    @ParameterizedTest
    @Tag("C-2.18")
    @DisplayName("C-2.18 HTTP/1.0 is answered, and its connection closed; another version 505")
    @CsvSource({"200, HTTP/1.0", "505, HTTP/1.2", "505, HTTP/2.0", "505, HTTP/0.9"})
    void versions(int status, String version) throws IOException {
        String key = run.key();
        if (status == 200) {
            service.noted(HttpCall.payment(42).key(key));
        }
        try (HttpConnection connection = service.connect()) {
            connection.send(
                    ("POST /orders/42/payment " + version + "\r\nHost: a\r\nIdempotency-Key: " + key + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            HttpAnswer answer = connection.read("POST");
            assertThat(answer.status()).isEqualTo(status);
            if (status == 505) {
                assertThat(answer).isEqualTo(Expected.versionNotSupported(path(42)));
            }
            assertThat(connection.isEndedByPeer()).as("the connection is closed").isTrue();
        }
    }

    @ParameterizedTest
    @Tag("C-2.19")
    @DisplayName("C-2.19 Requests sent without waiting are answered in their order, one that closes or is wrong behind the others")
    @CsvSource(delimiter = '|', value = {"200|POST /orders/42/payment HTTP/1.1;Host: a;Connection: close",
            "404|POST /nothing HTTP/1.0;Host: a", "400|no HTTP", "400|POST /orders/%/payment HTTP/1.1;Host: a",
            "501|POST /orders/42/payment HTTP/1.1;Host: a;Transfer-Encoding: x", "505|POST / HTTP/1.2;Host: a"})
    void pipelined(int status, String last) throws IOException {
        String first = run.key();
        String second = run.key();
        try (HttpConnection connection = service.connect()) {
            var bytes = new ByteArrayOutputStream();
            bytes.write(service.noted(HttpCall.payment(42).key(first).body("ignored")).bytes());
            bytes.write(service.noted(HttpCall.payment(42).key(second)).bytes());
            bytes.write((last.replace(";", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            connection.send(bytes.toByteArray());
            for (String key : List.of(first, second)) {
                HttpAnswer answer = connection.read("POST");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header()).containsEntry("idempotency-key", key);
            }
            assertThat(connection.read("POST").status()).isEqualTo(status);
            assertThat(connection.isEndedByPeer()).as("the connection is closed").isTrue();
        }
    }
}
