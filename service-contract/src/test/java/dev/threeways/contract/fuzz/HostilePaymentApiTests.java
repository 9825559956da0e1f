package dev.threeways.contract.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostilePaymentApiTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static final String KEY = "f00000001-01";

    private final HostilePaymentApi api = new HostilePaymentApi();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void isWellWhenNothingElseWasAsked() throws IOException {
        try (HttpConnection connection = HttpConnection.open(api.port(), SOON)) {
            HttpAnswer first = pay(connection, KEY);
            HttpAnswer second = pay(connection, "another-key");

            assertThat(first.status()).isEqualTo(200);
            assertThat(first.header()).containsEntry("idempotency-key", KEY);
            assertThat(first.body()).isEqualTo(Reply.approved(HostilePaymentApi.paymentId(KEY)));
            assertThat(second.body()).contains(HostilePaymentApi.paymentId("another-key"));
        }
        assertThat(api.predecessor("another-key")).isEqualTo(KEY);
        assertThat(api.takeExchanges()).containsExactly(KEY, "another-key");
        assertThat(api.takeExchanges()).isEmpty();
    }

    @Test
    void repliesWhatItWasToldAndThenWhatNobodyAskedFor() throws IOException, InterruptedException {
        api.script(KEY, Reply.well()
                .before("HTTP/1.1 103 x\r\n\r\n")
                .later(Reply.answer(Reply.OTHER_KEY, Reply.OTHER_PAYMENT)));
        try (HttpConnection connection = HttpConnection.open(api.port(), SOON)) {
            HttpAnswer answer = pay(connection, KEY);
            HttpAnswer unasked = connection.read("POST");

            assertThat(connection.interimAnswers()).isEqualTo(1);
            assertThat(answer.body()).contains(HostilePaymentApi.paymentId(KEY));
            assertThat(unasked.header()).containsEntry("idempotency-key", HostilePaymentApi.otherKey(KEY));
            assertThat(unasked.body()).contains(HostilePaymentApi.paymentId(HostilePaymentApi.otherKey(KEY)));
            assertThat(api.awaitReplied(KEY, SOON)).isPositive();
        }
    }

    @Test
    void countsWhatWasTakenOfAnEndlessReply() throws IOException, InterruptedException {
        api.script(KEY, Reply.well().with("X: " + Reply.endless("y")));
        try (HttpConnection connection = HttpConnection.open(api.port(), SOON)) {
            send(connection, KEY);
            assertThat(connection.isAtEnd()).isFalse();
        }

        assertThat(api.awaitReplied(KEY, SOON)).isBetween(1L, HostilePaymentApi.MOST_BYTES - 1);
    }

    @Test
    void eachKindOfReplyCanBeShown() {
        JqwikSession.run(() -> {
            for (Mutation<Reply> mutation : ReplyMutations.all()) {
                Reply reply = mutation.change().sample().variant().apply(Reply.well());
                assertThat(reply.bytes()).as(mutation.kind()).isNotNull();
                assertThat(reply.shown()).as(mutation.kind()).hasSizeLessThan(10_000);
            }
        });
    }

    private static HttpAnswer pay(HttpConnection connection, String key) throws IOException {
        send(connection, key);
        return connection.read("POST");
    }

    private static void send(HttpConnection connection, String key) throws IOException {
        connection.send(("POST /payments HTTP/1.1\r\nIdempotency-Key: " + key + "\r\nContent-Length: 2\r\n\r\n{}")
                .getBytes(StandardCharsets.ISO_8859_1));
    }
}
