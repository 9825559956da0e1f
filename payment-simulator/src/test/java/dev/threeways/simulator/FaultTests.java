package dev.threeways.simulator;

import static dev.threeways.simulator.RawClient.payment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.threeways.simulator.RawClient.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.ParameterizedTest;

/** Every outcome as it looks on the wire. */
class FaultTests {

    private final PaymentSimulator simulator = PaymentSimulator
            .start(SimulatorSettings.DEFAULT.withBehaviour(Behaviour.INSTANT));

    @AfterEach
    void stop() {
        simulator.close();
    }

    private void always(SimulatedOutcome outcome) {
        simulator.behaviour(Behaviour.INSTANT.withOnly(outcome, 1));
    }

    private RawClient connect() throws IOException {
        return new RawClient(simulator.port());
    }

    private void assertRecorded(SimulatedOutcome outcome) {
        assertThat(simulator.calls().outcomes()).containsEntry(outcome.id(), 1L);
        assertThat(simulator.calls().received()).isEqualTo(1);
    }

    @Test
    void approvedKeepsTheConnection() throws IOException {
        try (var client = connect()) {
            Answer answer = client.send(payment("k")).readAnswer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.head()).contains("content-type: application/json").doesNotContain("connection:");
            assertThat(answer.body()).matches("\\{\"paymentId\":\"[0-9a-f-]{36}\",\"status\":\"approved\"}");
            assertThat(client.send(payment("k")).readAnswer()).isEqualTo(answer);
        }
    }

    @Test
    void declined() throws IOException {
        always(SimulatedOutcome.DECLINED);
        try (var client = connect()) {
            Answer answer = client.send(payment("k")).readAnswer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).matches("\\{\"paymentId\":\"[0-9a-f-]{36}\",\"status\":\"declined\"}");
        }
        assertRecorded(SimulatedOutcome.DECLINED);
    }

    @Test
    void error() throws IOException {
        always(SimulatedOutcome.ERROR);
        try (var client = connect()) {
            Answer answer = client.send(payment("k")).readAnswer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("{\"error\":\"simulated\"}");
        }
        assertRecorded(SimulatedOutcome.ERROR);
    }

    @Test
    void garbage() throws IOException {
        always(SimulatedOutcome.GARBAGE);
        try (var client = connect()) {
            Answer answer = client.send(payment("k")).readAnswer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.head()).contains("content-type: application/json");
            assertThat(answer.body()).startsWith("<html>");
        }
        assertRecorded(SimulatedOutcome.GARBAGE);
    }

    @Test
    void reset() throws IOException {
        always(SimulatedOutcome.RESET);
        try (var client = connect()) {
            client.send(payment("k"));
            assertThatExceptionOfType(SocketException.class).isThrownBy(client::readToEnd)
                    .withMessage("Connection reset");
        }
        assertRecorded(SimulatedOutcome.RESET);
    }

    @Test
    void close() throws IOException {
        always(SimulatedOutcome.CLOSE);
        try (var client = connect()) {
            assertThat(client.send(payment("k")).readToEnd()).isEmpty();
        }
        assertRecorded(SimulatedOutcome.CLOSE);
        assertThat(simulator.calls().abandoned()).isZero();
    }

    @Test
    void truncated() throws IOException {
        always(SimulatedOutcome.TRUNCATED);
        try (var client = connect()) {
            String head = client.send(payment("k")).readHead();
            String body = client.readToEnd();
            assertThat(head).startsWith("http/1.1 200 ok\r\n");
            assertThat(body).startsWith("{\"paymentId\"").hasSizeLessThan(Answer.contentLength(head));
        }
        assertRecorded(SimulatedOutcome.TRUNCATED);
    }

    @Test
    void drip() throws IOException {
        always(SimulatedOutcome.DRIP);
        try (var client = connect()) {
            int length = Answer.contentLength(client.send(payment("k")).readHead());
            assertThat(PaymentExchange.DRIP_PAUSE.multipliedBy(length)).isGreaterThan(Duration.ofSeconds(10));
            var body = new StringBuilder();
            var buffer = new byte[length];
            for (int i = 0; i < 3; i++) { // a body sent as a whole would need one read
                int read = client.read(buffer);
                assertThat(read).isPositive();
                body.append(new String(buffer, 0, read, StandardCharsets.US_ASCII));
            }
            assertThat("{\"paymentId\":\"").startsWith(body);
        }
        assertRecorded(SimulatedOutcome.DRIP);
        await().untilAsserted(() -> assertThat(simulator.calls().inFlight()).isZero());
    }

    @Test
    void hangEndsWithTheClient() throws IOException {
        always(SimulatedOutcome.HANG);
        try (var client = connect()) {
            client.send(payment("k"));
            await().untilAsserted(() -> assertThat(simulator.calls().inFlight()).isEqualTo(1));
            assertRecorded(SimulatedOutcome.HANG);
            assertThat(simulator.calls().abandoned()).isZero();
        }
        await().untilAsserted(() -> assertThat(simulator.calls().inFlight()).isZero());
        assertThat(simulator.calls().abandoned()).isEqualTo(1);
    }

    @Test
    void hangEndsAtItsLimit() throws IOException {
        var settings = SimulatorSettings.DEFAULT.withLimits(10, 10, Duration.ofMillis(100))
                .withBehaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.HANG, 1));
        try (var impatient = PaymentSimulator.start(settings); var client = new RawClient(impatient.port())) {
            assertThat(client.send(payment("k")).readToEnd()).isEmpty();
            await().untilAsserted(() -> assertThat(impatient.calls().inFlight()).isZero());
            assertThat(impatient.calls().abandoned()).isZero();
            assertThat(impatient.calls().lateness().count()).isZero();
        }
    }

    @Test
    void closeAfterAnswerIsNotAnnounced() throws IOException {
        simulator.behaviour(Behaviour.INSTANT.withCloseAfterAnswer(true));
        try (var client = connect()) {
            Answer answer = client.send(payment("k")).readAnswer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.head()).doesNotContain("connection:");
            assertThat(client.readToEnd()).isEmpty();
        }
        assertRecorded(SimulatedOutcome.APPROVED);
    }

    @Test
    void resetOnReuseReadsTheSecondPayment() throws IOException {
        simulator.behaviour(Behaviour.INSTANT.withResetOnReuse(true));
        try (var client = connect()) {
            assertThat(client.send(payment("first")).readAnswer().status()).isEqualTo(200);
            client.send(payment("second"));
            assertThatExceptionOfType(SocketException.class).isThrownBy(client::readToEnd)
                    .withMessage("Connection reset");
        }
        try (var client = connect()) {
            assertThat(client.send(payment("third")).readAnswer().status()).isEqualTo(200);
        }
        assertThat(simulator.calls("second")).isEqualTo(1);
        assertThat(simulator.calls().outcomes()).containsEntry("approved", 2L).containsEntry("reset", 1L);
    }

    @Test
    void aClientThatHangsUpHasPaid() throws IOException {
        simulator.behaviour(Behaviour.HEALTHY.withLatency(Duration.ofSeconds(30), Duration.ofSeconds(30),
                Duration.ZERO));
        try (var client = connect()) {
            client.send(payment("k"));
        }
        await().untilAsserted(() -> assertThat(simulator.calls().abandoned()).isEqualTo(1));
        assertRecorded(SimulatedOutcome.APPROVED);
        assertThat(simulator.calls().inFlight()).isZero();
    }

    @Test
    void halfARequestIsNoPayment() throws IOException {
        try (var client = connect()) {
            client.send(payment("k").substring(0, payment("k").length() - 1));
        }
        try (var client = connect()) {
            assertThat(client.send(payment("whole")).readAnswer().status()).isEqualTo(200);
        }
        assertThat(simulator.calls("k")).isZero();
        assertRecorded(SimulatedOutcome.APPROVED);
    }

    @Test
    void aRequestThatTakesForeverIsNoPayment() throws IOException {
        try (var client = connect()) {
            client.send(payment("k").substring(0, payment("k").length() - 1));
            assertThat(client.readAnswer().status()).isEqualTo(408);
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(simulator.calls().received()).isZero();
        assertThat(simulator.calls().rejected()).isEqualTo(1);
    }

    @Test
    void refusesForAWhileAndIsBackWithItsBooks() throws IOException {
        try (var errors = new LoggedErrors()) {
            try (var client = connect()) {
                client.send(payment("before")).readAnswer();
            }
            for (String key : List.of("after", "later")) {
                refuse(Duration.ofMillis(700));
                assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
                awaitServed(key);
            }
            assertThat(simulator.calls("before")).isEqualTo(1);
            assertThat(simulator.calls("after")).isEqualTo(1);
            assertThat(simulator.calls("later")).isEqualTo(1);
            assertThat(errors.messages()).isEmpty();
        }
    }

    @Test
    void twoRefusalsAtOnceAreOne() throws IOException {
        try (var errors = new LoggedErrors()) {
            simulator.refuse(Duration.ofMillis(200));
            simulator.refuse(Duration.ofMillis(200));
            awaitServed("after");
            refuse(Duration.ofMillis(200));
            awaitServed("again");
            assertThat(errors.messages()).isEmpty();
        }
    }

    @Test
    void whoIsClosedWhileItRefusesDoesNotListenAgain() throws IOException, InterruptedException {
        try (var errors = new LoggedErrors()) {
            refuse(Duration.ofMillis(200));
            simulator.close();
            Thread.sleep(400); // there is nothing to wait for
            assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
            assertThat(errors.messages()).isEmpty();
        }
    }

    /** Returns when all connections are closed. */
    private void refuse(Duration duration) throws IOException {
        try (var client = connect(); var other = connect()) {
            other.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n").readAnswer(); // was accepted
            assertThat(client.send("POST /admin/refusal?millis=" + duration.toMillis() + " HTTP/1.1\r\nHost: h\r\n\r\n")
                    .readAnswer()
                    .status()).isEqualTo(202);
            assertThat(other.readToEnd()).isEmpty();
        }
    }

    private void awaitServed(String key) {
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().untilAsserted(() -> {
            try (var client = connect()) {
                assertThat(client.send(payment(key)).readAnswer().status()).isEqualTo(200);
            }
        });
    }

    /** Errors that any code in this JVM logs meanwhile. */
    private static final class LoggedErrors extends Handler implements AutoCloseable {

        private final Logger root = Logger.getLogger("");

        private final List<String> messages = new CopyOnWriteArrayList<>();

        LoggedErrors() {
            setLevel(Level.SEVERE);
            root.addHandler(this);
        }

        List<String> messages() {
            return messages;
        }

        @Override
        public void publish(LogRecord entry) {
            if (isLoggable(entry)) {
                messages.add(entry.getMessage() + ": " + entry.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            root.removeHandler(this);
        }
    }

    @Test
    void aRefusalSaysForHowLong() throws IOException {
        for (String query : new String[]{"", "?millis=", "?millis=-1", "?millis=999999", "?seconds=5"}) {
            try (var client = connect()) {
                assertThat(client.send("POST /admin/refusal" + query + " HTTP/1.1\r\nHost: h\r\n\r\n")
                        .readAnswer()
                        .status())
                        .as(query)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void answersAreFilledUp() throws IOException {
        for (int bytes : new int[]{0, 50, 200, 16_384}) {
            simulator.behaviour(Behaviour.INSTANT.withAnswerBytes(bytes));
            try (var client = connect()) {
                String body = client.send(payment("k")).readAnswer().body();
                assertThat(body.length()).isEqualTo(Math.max(bytes, 72));
                assertThat(body).startsWith("{\"paymentId\":").contains("\"status\":\"approved\"");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = SimulatedOutcome.class, names = {"HANG", "RESET", "CLOSE"}, mode = EnumSource.Mode.EXCLUDE)
    void everyAnswerSaysToWhichRequestItBelongs(SimulatedOutcome outcome) throws IOException {
        always(outcome);
        try (var client = new RawClient(simulator.port())) {
            assertThat(client.send(payment("Key-1")).readHead()).contains("\r\nidempotency-key: key-1\r\n"); // in lower case
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xchunked", "gzip", "identity", "gzip, chunked", "chunked, chunked"})
    void nobodyCanHideAPaymentInTheBodyOfAnother(String coding) throws IOException {
        try (var client = new RawClient(simulator.port())) {
            String answers = client
                    .send("POST /payments HTTP/1.1\r\nHost: x\r\nIdempotency-Key: outer\r\nTransfer-Encoding: "
                            + coding + "\r\n\r\n" + payment("hidden"))
                    .readToEnd();
            assertThat(answers).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1");
        }
        assertThat(simulator.calls("hidden")).isZero();
        assertThat(simulator.calls("outer")).isZero();
    }
}
