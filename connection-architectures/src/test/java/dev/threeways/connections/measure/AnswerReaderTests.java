package dev.threeways.connections.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTests {

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n3\r\nHel\r\n2\r\nlo\r\n0\r\n\r\n"})
    void isCompleteWithItsLastByte(String answer) throws IOException {
        AnswerReader reader = new AnswerReader();
        for (int repetition = 0; repetition < 2; repetition++) {
            for (int i = 0; i < answer.length(); i++) {
                assertThat(reader.feed(bytes(answer.substring(i, i + 1)))).as("after %d bytes", i + 1)
                        .isEqualTo(i < answer.length() - 1 ? 0 : 200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnothing\r\n"})
    void refusesWhatIsNoAnswer(String text) {
        assertThatThrownBy(() -> new AnswerReader().feed(bytes(text))).isInstanceOf(IOException.class);
    }
}
