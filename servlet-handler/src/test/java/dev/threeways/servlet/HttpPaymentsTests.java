package dev.threeways.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.Order;
import dev.threeways.payment.PaymentFailure;
import dev.threeways.payment.PaymentOutcome;
import dev.threeways.payment.PaymentOutcome.Declined;
import dev.threeways.payment.PaymentOutcome.Paid;
import dev.threeways.payment.PaymentOutcome.PaymentFailed;
import dev.threeways.payment.PaymentSigner;
import dev.threeways.telemetry.RequestClock;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.json.JsonMapper;

/** Every way an exchange can go, on a real socket, through the client as the services configure it. */
class HttpPaymentsTests {

    private static final Order ORDER = new Order(42, "Ada", new BigDecimal("12.50"), "EUR");

    private static final RequestClock UNTIMED = RequestClock.of(null);

    private static final String BODY = "{\"orderId\":42,\"amount\":12.50,\"currency\":\"EUR\"}";

    private static final String APPROVED = "{\"paymentId\":\"pay-1\",\"status\":\"approved\"}";

    @Test
    void paysWithTheKeyAndTheOrdersAmount() throws Exception {
        try (var api = new ScriptedServer(answering(200, APPROVED))) {
            assertThat(pay(api.uri())).isEqualTo(new Paid(ORDER, "pay-1"));

            assertThat(api.requests()).singleElement()
                    .asString()
                    .startsWith("POST /payments HTTP/1.1\n")
                    .containsIgnoringCase("\nIdempotency-Key: key-1\n")
                    .containsIgnoringCase("\nContent-Type: application/json\n")
                    .endsWith("\n" + BODY)
                    .doesNotContainIgnoringCase("Payment-Signature");
        }
    }

    @Test
    void signsWhatItSends() throws Exception {
        String signature = new PaymentSigner("a secret", 10).sign(new IdempotencyKey("key-1"),
                BODY.getBytes(StandardCharsets.US_ASCII));
        try (var api = new ScriptedServer(answering(200, APPROVED))) {
            assertThat(pay(api.uri(), "payment.signing.iterations=10", "payment.signing.secret=a secret"))
                    .isEqualTo(new Paid(ORDER, "pay-1"));

            assertThat(api.requests()).singleElement()
                    .asString()
                    .startsWith("POST /payments HTTP/1.1\n")
                    .containsIgnoringCase("\nIdempotency-Key: key-1\n")
                    .containsIgnoringCase("\nPayment-Signature: " + signature + "\n")
                    .containsIgnoringCase("\nContent-Type: application/json\n")
                    .containsIgnoringCase("\nContent-Length: " + BODY.length() + "\n")
                    .endsWith("\n" + BODY);
        }
    }

    @Test
    void doesNotStartWithoutTheSecretItShouldSignWith() {
        runner(URI.create("http://localhost"), "payment.signing.iterations=10")
                .run(context -> assertThat(context).hasFailed()
                        .getFailure()
                        .rootCause()
                        .hasMessageStartingWith("payment.signing.secret is missing: set it"));
    }

    @Test
    void aDeclineIsAnAnswerLikeAnother() throws Exception {
        try (var api = new ScriptedServer(answering(200, APPROVED.replace("approved", "declined")))) {
            assertThat(pay(api.uri())).isEqualTo(new Declined(ORDER, "pay-1"));
        }
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                argumentSet("500", answering(500, "{}"), PaymentFailure.ERROR_STATUS),
                argumentSet("503, which HttpClient would retry", answering(503, "{}"), PaymentFailure.ERROR_STATUS),
                argumentSet("429, which HttpClient would retry", answering(429, "{}"), PaymentFailure.ERROR_STATUS),
                argumentSet("a redirect", answering(307, APPROVED, "Location: /elsewhere"),
                        PaymentFailure.ERROR_STATUS),
                argumentSet("201", answering(201, APPROVED), PaymentFailure.ERROR_STATUS),
                argumentSet("204", bytes("HTTP/1.1 204 No Content\r\n\r\n", true), PaymentFailure.ERROR_STATUS),
                argumentSet("broken JSON", answering(200, "{\"paymentId\":"), PaymentFailure.INVALID_ANSWER),
                argumentSet("no body", answering(200, ""), PaymentFailure.INVALID_ANSWER),
                argumentSet("an unknown status", answering(200, "{\"paymentId\":\"pay-1\",\"status\":\"perhaps\"}"),
                        PaymentFailure.INVALID_ANSWER),
                argumentSet("HTML", bytes("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<br>",
                        true), PaymentFailure.INVALID_ANSWER),
                argumentSet("more than 16 KiB", answering(200, " ".repeat(16 * 1024) + APPROVED),
                        PaymentFailure.INVALID_ANSWER),
                argumentSet("something that is not HTTP", bytes("220 smtp.example.org ESMTP\r\n\r\n", false),
                        PaymentFailure.INVALID_ANSWER),
                argumentSet("a body cut off",
                        bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{",
                                false),
                        PaymentFailure.CONNECTION_LOST),
                argumentSet("a chunk cut off", bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\nff\r\n{", false), PaymentFailure.CONNECTION_LOST),
                argumentSet("a close", bytes("", false), PaymentFailure.CONNECTION_LOST),
                argumentSet("a reset", reset(), PaymentFailure.CONNECTION_LOST),
                argumentSet("silence", silence(), PaymentFailure.TIMED_OUT),
                argumentSet("a body dripped a byte at a time", drip(), PaymentFailure.TIMED_OUT));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureIsNamedAndTriedOnce(ScriptedServer.Script script, PaymentFailure failure) throws Exception {
        try (var api = new ScriptedServer(script)) {
            assertThat(pay(api.uri())).isInstanceOfSatisfying(PaymentFailed.class,
                    failed -> assertThat(failed.failure()).as("because of %s", failed.cause()).isEqualTo(failure));

            assertThat(api.requests()).as("exchanges").hasSize(1);
        }
    }

    @Test
    void aClosedPortIsRefused() throws Exception {
        URI nobody;
        try (var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://localhost:" + port.getLocalPort());
        }

        assertThat(pay(nobody)).isInstanceOfSatisfying(PaymentFailed.class,
                failed -> assertThat(failed.failure()).isEqualTo(PaymentFailure.CONNECTION_REFUSED));
    }

    /** {@link PaymentFailure#INVALID_ANSWER} would be wrong: no answer can have come. */
    @Test
    void aConnectionThatCannotBeEncryptedIsLost() throws Exception {
        try (var plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket connection = plain.accept()) {
                    connection.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    connection.getInputStream().readAllBytes(); // a reset would be another failure
                } catch (IOException _) {
                    // the client gave up
                }
            });

            assertThat(pay(URI.create("https://localhost:" + plain.getLocalPort()), "payment.connect-timeout=30s",
                    "payment.response-timeout=30s")).isInstanceOfSatisfying(PaymentFailed.class, failed -> {
                        assertThat(failed.cause()).hasRootCauseInstanceOf(SSLException.class);
                        assertThat(failed.failure()).isEqualTo(PaymentFailure.CONNECTION_LOST);
                    });
        }
    }

    @Test
    void aConnectionThatWentStaleIsNotTriedAgainOnAnother() throws Exception {
        ScriptedServer.Script answersOnceAndResetsTheSecond = (connection, out) -> {
            if (connection.getSoLinger() < 0) {
                connection.setSoLinger(true, 0);
                return answering(200, APPROVED).answer(connection, out);
            }
            return false; // with the linger time of zero: a reset
        };
        try (var api = new ScriptedServer(answersOnceAndResetsTheSecond)) {
            withPayments(api.uri(), payments -> {
                assertThat(payments.pay(ORDER, new IdempotencyKey("key-1"), UNTIMED)).isInstanceOf(Paid.class);
                assertThat(payments.pay(ORDER, new IdempotencyKey("key-2"), UNTIMED)).isInstanceOfSatisfying(
                        PaymentFailed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(PaymentFailure.CONNECTION_LOST));
            });

            assertThat(api.requests()).hasSize(2);
            assertThat(api.connections()).isEqualTo(1);
        }
    }

    private static PaymentOutcome pay(URI api, String... settings) {
        PaymentOutcome[] outcome = new PaymentOutcome[1];
        withPayments(api, payments -> outcome[0] = payments.pay(ORDER, new IdempotencyKey("key-1"), UNTIMED),
                settings);
        return outcome[0];
    }

    private interface Use {

        void accept(HttpPayments payments);
    }

    private static void withPayments(URI api, Use use, String... settings) {
        runner(api, settings).run(context -> use.accept(new HttpPayments(context.getBean(RestClient.class),
                context.getBean(PaymentProperties.class).answerKey(),
                context.getBean(PaymentProperties.class)
                        .signing()
                        .signer()
                        .map(signer -> new PaymentSigning(signer, new Semaphore(1, true)))
                        .orElse(null),
                context.getBean(JsonMapper.class))));
    }

    private static ApplicationContextRunner runner(URI api, String... settings) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
                        HttpMessageConvertersAutoConfiguration.class, HttpClientAutoConfiguration.class,
                        RestClientAutoConfiguration.class))
                .withUserConfiguration(PaymentClientConfiguration.class)
                .withPropertyValues("payment.base-url=" + api, "payment.connect-timeout=500ms",
                        "payment.response-timeout=500ms", "payment.max-connections=10", "payment.answer-key=if-present")
                .withPropertyValues(settings);
    }

    private static ScriptedServer.Script answering(int status, String body, String... header) {
        return bytes("HTTP/1.1 " + status + " Whatever\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n" + String.join("\r\n", header) + (header.length > 0 ? "\r\n" : "") + "\r\n"
                + body, true);
    }

    private static ScriptedServer.Script bytes(String answer, boolean keepAlive) {
        return (_, out) -> {
            out.write(answer.getBytes(StandardCharsets.US_ASCII));
            return keepAlive;
        };
    }

    private static ScriptedServer.Script reset() {
        return (connection, _) -> {
            connection.setSoLinger(true, 0);
            return false;
        };
    }

    private static ScriptedServer.Script silence() {
        return (connection, _) -> connection.getInputStream().read() >= 0; // until the client closes
    }

    /** Ten times the response timeout in all, with no pause as long as the timeout. */
    private static ScriptedServer.Script drip() {
        return (_, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            try {
                for (int i = 0; i < 50; i++) {
                    out.write(' ');
                    Thread.sleep(100); // shorter than a read may take, so that only the whole is too long
                }
            } catch (IOException _) {
                // the client gave up, as it should
            }
            return false;
        };
    }
}
