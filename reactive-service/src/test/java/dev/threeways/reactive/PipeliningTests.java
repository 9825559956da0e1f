package dev.threeways.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Callers that do not wait for an answer, or that shut down their sending half. */
class PipeliningTests {

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final DisposableServer server = HttpServer.create()
            .port(0)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .doOnChannelInit((_, channel, _) -> Pipelining.on(channel))
            .handle((_, response) -> response
                    .sendString(Mono.just("answer").delayElement(Duration.ofMillis(100))))
            .bindNow();

    @AfterEach
    void stop() {
        server.disposeNow();
    }

    @Test
    void oneRequestIsAnswered() throws IOException {
        assertThat(answersTo(REQUEST)).isEqualTo(1);
    }

    @Test
    void pipelinedRequestsAreAnswered() throws IOException {
        assertThat(answersTo(REQUEST.repeat(3))).isEqualTo(3);
    }

    @Test
    void aRequestThatClosesIsAnsweredBehindOthers() throws IOException {
        String last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        for (String requests : List.of(REQUEST + last, REQUEST + REQUEST + last + REQUEST,
                REQUEST + "GET / HTTP/1.0\r\n\r\n" + REQUEST)) {
            try (var client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                client.setSoTimeout(10_000);
                client.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
                String answers = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertThat(answers.contains("connection: close")).as("said to HTTP/1.1")
                        .isNotEqualTo(requests.contains("HTTP/1.0"));
                assertThat(count(answers)).isEqualTo(requests.startsWith(REQUEST + REQUEST) ? 3 : 2);
            }
        }
    }

    @Test
    void whatIsWrongIsAnsweredBehindWhatWasRight() throws IOException {
        for (String wrong : List.of("no HTTP\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\n")) {
            assertThat(answersTo(REQUEST + REQUEST + wrong)).as(wrong).isEqualTo(2);
        }
    }

    @Test
    void whatIsNotWholeIsNotWaitedFor() throws IOException {
        assertThat(answersTo(REQUEST + "GET / HT")).isEqualTo(1);
        assertThat(answersTo("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")).isZero();
        assertThat(answersTo("")).isZero();
    }

    private int answersTo(String requests) throws IOException {
        try (var client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            String answers = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return count(answers);
        }
    }

    private static int count(String answers) {
        return Math.toIntExact(Pattern.compile("HTTP/1\\.[01] 200").matcher(answers).results().count());
    }
}
