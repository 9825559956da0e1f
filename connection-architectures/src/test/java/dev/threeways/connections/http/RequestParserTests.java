package dev.threeways.connections.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestParserTests {

    private static final String TWO = """
            POST /one?x=y HTTP/1.1\r
            Host: here\r
            X-Twice: a\r
            x-twice:  b \r
            Content-Length: 5\r
            \r
            first\r
            GET http://here:80/two HTTP/1.1\r
            Host: here\r
            Connection: Keep-Alive, close\r
            \r
            """;

    private final RequestParser parser = new RequestParser(new HttpLimits(200, 10, 5));

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private List<Request> requests() throws BadRequestException {
        List<Request> requests = new ArrayList<>();
        for (Request next = parser.next(); next != null; next = parser.next()) {
            requests.add(next);
        }
        return requests;
    }

    private static void assertTwo(List<Request> requests) {
        assertThat(requests).hasSize(2);
        Request one = requests.getFirst();
        assertThat(one.method()).isEqualTo("POST");
        assertThat(one.path()).isEqualTo("/one");
        assertThat(one.field("x-twice")).isEqualTo("a, b");
        assertThat(one.body()).asString().isEqualTo("first");
        assertThat(one.persistent()).isTrue();
        assertThat(requests.getLast().path()).isEqualTo("/two");
        assertThat(requests.getLast().persistent()).isFalse();
    }

    @Test
    void findsTheSameRequestsHoweverTheStreamIsCut() throws BadRequestException {
        Random random = new Random(5);
        for (int repetition = 0; repetition < 500; repetition++) {
            List<Request> requests = new ArrayList<>();
            int from = 0;
            while (from < TWO.length()) {
                int to = Math.min(TWO.length(), from + 1 + random.nextInt(repetition % 40 + 1));
                parser.feed(bytes(TWO.substring(from, to)));
                requests.addAll(requests());
                from = to;
            }
            assertTwo(requests);
            assertThat(parser.isWithinRequest()).isFalse();
        }
    }

    @Test
    void ignoresEmptyLinesBeforeARequest() throws BadRequestException {
        parser.feed(bytes("\r\n\r\n" + TWO));
        assertTwo(requests());
    }

    @Test
    void isWithinARequestFromItsFirstByteToItsLast() throws BadRequestException {
        String request = "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\nab";
        for (int i = 0; i < request.length(); i++) {
            assertThat(parser.isWithinRequest()).as("after %d bytes", i).isEqualTo(i > 0);
            parser.feed(bytes(request.substring(i, i + 1)));
            assertThat(parser.next() == null).isEqualTo(i < request.length() - 1);
        }
        assertThat(parser.isWithinRequest()).isFalse();
    }

    @Test
    void tellsOnceThatAClientWaitsToBeAsked() throws BadRequestException {
        parser.feed(bytes("POST / HTTP/1.1\r\nHost: here\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"));
        assertThat(parser.next()).isNull();
        assertThat(parser.takeContinue()).isTrue();
        assertThat(parser.takeContinue()).isFalse();
        parser.feed(bytes("ab"));
        assertThat(parser.next()).isNotNull();
    }

    @Test
    void readsALengthAsEverybodyElseDoes() {
        parser.feed(bytes("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: \u000b5\r\n\r\n"));
        assertThatThrownBy(parser::next).isInstanceOfSatisfying(BadRequestException.class,
                e -> assertThat(e.status()).isEqualTo(400));
    }

    @Test
    void findsThePathInATargetWithAHost() throws BadRequestException {
        parser.feed(bytes("GET HTTP://here?x=/y HTTP/1.1\r\nHost: here\r\n\r\n"));
        assertThat(requests()).extracting(Request::path).containsExactly("/");
    }

    @Test
    void refusesAHeadAsSoonAsItIsTooLong() {
        parser.feed(bytes("GET / HTTP/1.1\r\nHost: here\r\nCookie: " + "c".repeat(170)));
        assertThatThrownBy(parser::next).isInstanceOfSatisfying(BadRequestException.class,
                e -> assertThat(e.status()).isEqualTo(431));
    }

    @Test
    void refusesABodyBeforeItComes() {
        parser.feed(bytes("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 11\r\n\r\n"));
        assertThatThrownBy(parser::next).isInstanceOfSatisfying(BadRequestException.class,
                e -> assertThat(e.status()).isEqualTo(413));
    }

    @Test
    void findsNothingMoreAfterWhatWasNoRequest() throws BadRequestException {
        parser.feed(bytes("nonsense\r\n\r\n"));
        assertThatThrownBy(parser::next).isInstanceOf(BadRequestException.class);
        parser.feed(bytes(TWO));
        assertThatThrownBy(parser::next).isInstanceOf(BadRequestException.class);
    }
}
