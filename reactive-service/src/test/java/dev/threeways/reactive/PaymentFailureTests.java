package dev.threeways.reactive;

import static dev.threeways.reactive.StubPaymentApi.drip;
import static dev.threeways.reactive.StubPaymentApi.hang;
import static dev.threeways.reactive.StubPaymentApi.json;
import static dev.threeways.reactive.StubPaymentApi.raw;
import static dev.threeways.reactive.StubPaymentApi.rawThenClose;
import static dev.threeways.reactive.StubPaymentApi.rawThenReset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which an exchange with the payment API fails; none leads to a second exchange. */
class PaymentFailureTests {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    private static StubPaymentApi paymentApi;

    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        paymentApi = new StubPaymentApi();
        service = RunningService.start(paymentApi, "--payment.response-timeout=1500ms",
                "--spring.r2dbc.pool.max-acquire-time=30s");
    }

    @AfterAll
    static void stop() {
        service.close();
        paymentApi.close();
    }

    @BeforeEach
    void forget() {
        paymentApi.calls().clear();
        service.listen();
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                arguments(named("500", raw("HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\n{}")), 502, "error-status"),
                arguments(named("503 without end", rawThenClose("HTTP/1.1 503 X\r\nContent-Length: 9\r\n\r\n{}")), 502,
                        "connection-lost"),
                arguments(named("400", raw("HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n")), 502, "error-status"),
                arguments(named("201", raw("HTTP/1.1 201 X\r\nContent-Length: 0\r\n\r\n")), 502, "error-status"),
                arguments(named("204", raw("HTTP/1.1 204 X\r\n\r\n")), 502, "error-status"),
                arguments(named("unknown status", raw("HTTP/1.1 299 X\r\nContent-Length: 0\r\n\r\n")), 502,
                        "error-status"),
                arguments(named("redirect", raw("HTTP/1.1 307 X\r\nLocation: /payments\r\nContent-Length: 0\r\n\r\n")),
                        502, "error-status"),
                arguments(named("no JSON", json("garbage")), 502, "invalid-answer"),
                arguments(named("no body", json("")), 502, "invalid-answer"),
                arguments(named("null", json("null")), 502, "invalid-answer"),
                arguments(named("an array", json("[]")), 502, "invalid-answer"),
                arguments(named("half a JSON object", json("{\"paymentId\":\"1\"")), 502, "invalid-answer"),
                arguments(named("no id", json("{\"status\":\"approved\"}")), 502, "invalid-answer"),
                arguments(named("unknown payment status", json("{\"paymentId\":\"1\",\"status\":\"maybe\"}")), 502,
                        "invalid-answer"),
                arguments(named("a body too long", json("{\"paymentId\":\"" + "1".repeat(16384) + "\"}")), 502,
                        "invalid-answer"),
                arguments(named("a body without end",
                        raw(OK + "Content-Length: 1000000\r\n\r\n{\"paymentId\":\"" + "1".repeat(20000))), 502,
                        "invalid-answer"),
                arguments(
                        named("HTML",
                                raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")),
                        502, "invalid-answer"),
                arguments(named("no HTTP", rawThenClose("this is no HTTP\r\n\r\n")), 502, "invalid-answer"),
                arguments(named("broken chunks", raw(OK + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n")), 502,
                        "invalid-answer"),
                arguments(named("a header too long", raw(OK + "X: " + "x".repeat(20000) + "\r\n\r\n")), 502,
                        "invalid-answer"),
                arguments(named("closed unanswered", rawThenClose("")), 502, "connection-lost"),
                arguments(named("closed within the header", rawThenClose("HTTP/1.1 200 OK\r\nContent-T")), 502,
                        "connection-lost"),
                arguments(
                        named("closed within the body", rawThenClose(OK + "Content-Length: 99\r\n\r\n{\"paymentId\"")),
                        502, "connection-lost"),
                arguments(named("closed within a chunk",
                        rawThenClose(OK + "Transfer-Encoding: chunked\r\n\r\n20\r\n{\"paymentId\"")), 502,
                        "connection-lost"),
                arguments(named("closed before the last chunk",
                        rawThenClose(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")), 502, "connection-lost"),
                arguments(named("reset unanswered", rawThenReset("")), 502, "connection-lost"),
                arguments(named("reset within the body", rawThenReset(OK + "Content-Length: 99\r\n\r\n{\"paymentId\"")),
                        502, "connection-lost"),
                arguments(named("hanging", hang()), 504, "timed-out"),
                arguments(named("hanging after the header", raw(OK + "Content-Length: 99\r\n\r\n")), 504, "timed-out"),
                arguments(named("dripping header", drip(OK + "X: " + "x".repeat(1000))), 504, "timed-out"),
                arguments(named("dripping body", drip(OK + "Content-Length: 1000\r\n\r\n" + " ".repeat(1000))), 504,
                        "timed-out"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void failsAsWhatItIs(StubPaymentApi.Answer answer, int status, String failure) throws Exception {
        // the connection has been used: there a retry would be tempting
        paymentApi.answer(StubPaymentApi.APPROVE);
        assertThat(service.pay("1").statusCode()).isEqualTo(200);
        paymentApi.answer(answer);

        var response = service.pay("1", "Idempotency-Key", "key-1");

        assertThat(service.outcomes()).containsExactly("paid", "payment-" + failure);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains("\"type\":\"urn:problem-type:three-ways:payment-" + failure + "\"");
        assertThat(response.headers().allValues("Idempotency-Key")).containsExactly("key-1");
        assertThat(paymentApi.calls()).hasSize(2);
    }

    @Test
    void refused() throws Exception {
        int nobody;
        try (var socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        try (var lonely = RunningService.start(paymentApi, "--payment.base-url=http://localhost:" + nobody)) {
            assertThat(lonely.pay("1").statusCode()).isEqualTo(502);
            assertThat(lonely.outcomes()).containsExactly("payment-connection-refused");
        }
    }

    @Test
    void connectTimeout() throws Exception {
        // a listener that accepts nothing, its queue full: the kernel then ignores further connections
        var waiting = new ArrayList<Socket>();
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var patient = RunningService.start(paymentApi, "--payment.connect-timeout=200ms",
                        "--payment.response-timeout=30s",
                        "--payment.base-url=http://127.0.0.1:" + full.getLocalPort())) {
            for (int i = 0; i < 2; i++) {
                waiting.add(new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort()));
            }
            assertThat(patient.pay("1").statusCode()).isEqualTo(504);
            assertThat(patient.outcomes()).containsExactly("payment-timed-out");
        } finally {
            for (var socket : waiting) {
                socket.close();
            }
        }
    }
}
