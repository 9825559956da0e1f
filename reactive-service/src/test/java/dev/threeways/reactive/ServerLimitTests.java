package dev.threeways.reactive;

import static dev.threeways.reactive.RunningService.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.resources.LoopResources;

/** Requests that the server rejects before the handler sees them; none writes a line. */
class ServerLimitTests {

    private static final String REQUEST = "POST /orders/1/payment HTTP/1.1\r\nHost: localhost\r\n";

    private static final int MAX_CONNECTIONS = 4;

    private static StubPaymentApi paymentApi;

    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        paymentApi = new StubPaymentApi();
        service = RunningService.start(paymentApi, "--payment.response-timeout=30s");
    }

    @AfterAll
    static void stop() {
        service.close();
        paymentApi.close();
    }

    @BeforeEach
    void listen() {
        service.listen();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
    void anotherMethodIsNotAllowed(String method) throws Exception {
        var response = send("/orders/1/payment", method, BodyPublishers.noBody());
        assertProblem(response, 405, "method-not-allowed");
        assertThat(response.headers().allValues("Allow")).containsExactly("POST");
        assertThat(service.outcomes()).isEmpty();
    }

    @Test
    void headIsNotAllowedEither() throws Exception {
        var response = send("/orders/1/payment", "HEAD", BodyPublishers.noBody());
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().allValues("Allow")).containsExactly("POST");
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/orders/1", "/orders/1/payment/", "/favicon.ico", "/actuator/health"})
    void thereIsNothingElse(String path) throws Exception {
        assertProblem(send(path, "POST", BodyPublishers.noBody()), 404, "no-such-resource");
        assertProblem(send(path, "GET", BodyPublishers.noBody()), 404, "no-such-resource");
        assertThat(service.outcomes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/problem+json", "rubbish"})
    void onlyJsonIsAcceptable(String accept) throws Exception {
        assertProblem(service.pay("1", "Accept", accept), 406, "not-acceptable");
        assertThat(service.outcomes()).isEmpty();
    }

    @Test
    void aBodyOf16KiBIsReadAndForgotten() throws Exception {
        assertThat(send("/orders/1/payment", "POST", BodyPublishers.ofByteArray(new byte[16384])).statusCode())
                .isEqualTo(200);
        assertThat(send("/orders/1/payment", "POST", chunked(16384)).statusCode()).isEqualTo(200);
        assertThat(service.outcomes()).containsExactly("paid", "paid");
    }

    @Test
    void aLongerOneIsTooLarge() throws Exception {
        assertProblem(send("/orders/1/payment", "POST", BodyPublishers.ofByteArray(new byte[16385])), 413,
                "content-too-large");
        assertProblem(send("/orders/1/payment", "POST", chunked(16385)), 413, "content-too-large");
        assertThat(service.outcomes()).isEmpty();
    }

    @Test
    void aBodyAnnouncedAsTooLargeIsTurnedAwayUnread() throws Exception {
        try (var caller = service.connect()) {
            write(caller, REQUEST + "Content-Length: 16385\r\n\r\n");
            assertThat(statusLine(caller.getInputStream())).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void aHeaderTooLarge() throws Exception {
        try (var caller = service.connect()) {
            write(caller, REQUEST + "X: " + "x".repeat(8192) + "\r\n\r\n");
            assertThat(statusLine(caller.getInputStream())).startsWith("HTTP/1.1 431 ");
        }
        try (var caller = service.connect()) {
            write(caller, "POST /" + "x".repeat(8192) + " HTTP/1.1\r\n\r\n");
            assertThat(statusLine(caller.getInputStream())).startsWith("HTTP/1.1 414 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rubbish\r\n\r\n", "POST /orders/{1}/payment HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST /orders/1/payment HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n"})
    void whatIsNoHttpIsABadRequest(String bytes) throws Exception {
        try (var caller = service.connect()) {
            write(caller, bytes);
            assertThat(statusLine(caller.getInputStream())).startsWith("HTTP/1.1 400 ");
        }
        assertThat(service.outcomes()).isEmpty();
    }

    @Test
    void theManagementPortAnswersWhileAllEventLoopsAreBusy() throws Exception {
        var idle = new AtomicBoolean();
        var spins = new LongAdder();
        var busy = new CountDownLatch(LoopResources.DEFAULT_IO_WORKER_COUNT);
        var loops = service.bean(LoopResources.class).onServer(true);
        loops.forEach(loop -> loop.execute(() -> {
            busy.countDown();
            while (!idle.get()) {
                spins.increment(); // onSpinWait counts as blocking here
            }
        }));
        try {
            busy.await();
            assertThat(service.get(service.management("/actuator/health/liveness")).statusCode()).isEqualTo(200);
            assertThat(service.get(service.management("/actuator/prometheus")).body())
                    .contains("jvm_memory_used_bytes");
        } finally {
            idle.set(true);
        }
    }

    @Test
    void theManagementPortHasTheseEndpointsAndNoOthers() throws Exception {
        for (var endpoint : Set.of("health", "health/readiness", "health/liveness", "info", "metrics", "prometheus",
                "threaddump")) {
            assertThat(service.get(service.management("/actuator/" + endpoint)).statusCode()).as(endpoint)
                    .isEqualTo(200);
        }
        for (var endpoint : Set.of("env", "beans", "heapdump", "loggers", "shutdown", "configprops")) {
            assertThat(service.get(service.management("/actuator/" + endpoint)).statusCode()).as(endpoint)
                    .isEqualTo(404);
        }
        assertThat(service.get(service.management("/actuator/health")).body()).as("tells nobody what it depends on")
                .doesNotContain("r2dbc");
    }

    @Test
    void aRequestThatDoesNotArriveInTimeLosesItsConnection() throws Exception {
        try (var hurried = RunningService.start(paymentApi, "--server-connections.read-timeout=1s",
                "--server-connections.max=" + MAX_CONNECTIONS);
                var header = hurried.connect();
                var body = hurried.connect();
                var afterAnswer = hurried.connect()) {
            write(header, REQUEST);
            write(body, REQUEST + "Content-Length: 10\r\n\r\n12345");
            write(afterAnswer, REQUEST + "Content-Length: 1000000\r\n\r\n12345");
            assertThat(statusLine(afterAnswer.getInputStream())).startsWith("HTTP/1.1 413 ");
            for (var caller : Arrays.asList(header, body, afterAnswer)) {
                await().atMost(Duration.ofSeconds(10)).until(() -> isClosedWhileDripping(caller));
            }
            assertThat(hurried.outcomes()).isEmpty();

            // a request that has arrived in time keeps its connection, for longer than the timeout
            try (var caller = hurried.connect()) {
                write(caller, REQUEST + "\r\n");
                assertThat(statusLine(caller.getInputStream())).startsWith("HTTP/1.1 200 ");
                long end = System.nanoTime() + Duration.ofMillis(1500).toNanos();
                await().until(() -> System.nanoTime() > end);
                write(caller, REQUEST + "\r\n");
                await().until(() -> hurried.outcomes().size() == 2);
            }
        }
    }

    @Test
    void beyondTheLimitConnectionsWaitUntilOneCloses() throws Exception {
        try (var narrow = RunningService.start(paymentApi, "--server-connections.max=" + MAX_CONNECTIONS)) {
            var accepted = new Socket[MAX_CONNECTIONS];
            for (int i = 0; i < MAX_CONNECTIONS; i++) {
                accepted[i] = narrow.connect();
                write(accepted[i], REQUEST + "\r\n");
                assertThat(statusLine(accepted[i].getInputStream())).startsWith("HTTP/1.1 200 ");
            }
            try (var waiting = narrow.connect()) { // accepted by the kernel
                write(waiting, REQUEST + "\r\n");
                write(accepted[0], REQUEST + "\r\n");
                await().until(() -> narrow.outcomes().size() == MAX_CONNECTIONS + 1);
                assertThat(waiting.getInputStream().available()).isZero();

                accepted[1].close();

                assertThat(statusLine(waiting.getInputStream())).startsWith("HTTP/1.1 200 ");
            }
            for (var caller : accepted) {
                caller.close();
            }
            assertThat(narrow.pay("1").statusCode()).isEqualTo(200);
        }
    }

    @AfterEach
    void nothingBlocked() {
        assertThat(NonBlocking.takeViolations()).isEmpty();
    }

    private static boolean isClosedWhileDripping(Socket caller) {
        try {
            write(caller, "x");
            caller.setSoTimeout(50);
            while (caller.getInputStream().read() >= 0) {
                // discards the rest of an answer
            }
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    private static HttpRequest.BodyPublisher chunked(int length) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[length]));
    }

    private static HttpResponse<String> send(String path, String method, HttpRequest.BodyPublisher body)
            throws Exception {
        return service.send(HttpRequest.newBuilder(service.uri(path)).method(method, body));
    }

    private static String statusLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(response.body()).contains("\"type\":\"urn:problem-type:three-ways:" + type + "\"",
                "\"status\":" + status, "\"instance\":");
    }
}
