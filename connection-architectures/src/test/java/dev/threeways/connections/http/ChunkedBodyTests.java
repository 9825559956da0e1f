package dev.threeways.connections.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies in chunks, through the parser of the servers. */
class ChunkedBodyTests {

    private static final String HEAD = "POST /one HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: here\r\n\r\n";

    /** Two requests with bodies in chunks, one with a length in between. */
    private static final String SEVERAL = HEAD + "5\r\nfirst\r\n0\r\n\r\n"
            + "POST /two HTTP/1.1\r\nHost: here\r\nContent-Length: 6\r\n\r\nsecond"
            + "POST /three HTTP/1.1\r\nHost: here\r\nTRANSFER-ENCODING:\tChunked \r\n\r\n"
            + "002;a=b;c=\"0\"\r\nth\r\n3\r\nird\r\n000;last\r\nContent-Length: 99\r\nHost: there\r\n\r\n" + NEXT;

    private static final HttpLimits LIMITS = new HttpLimits(200, 40, 5);

    private final RequestParser parser = new RequestParser(LIMITS);

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private List<Request> requests(String more) throws BadRequestException {
        parser.feed(bytes(more));
        List<Request> requests = new ArrayList<>();
        for (Request next = parser.next(); next != null; next = parser.next()) {
            requests.add(next);
        }
        return requests;
    }

    private static void assertSeveral(List<Request> requests) {
        assertThat(requests).extracting(Request::path).containsExactly("/one", "/two", "/three", "/next");
        assertThat(requests).extracting(request -> new String(request.body(), StandardCharsets.US_ASCII))
                .containsExactly("first", "second", "third", "");
        assertThat(requests.get(2).fields()).as("trailers are no header fields")
                .containsOnlyKeys("host", "transfer-encoding")
                .containsEntry("host", "here");
    }

    @Test
    void findsTheSameRequestsWhereverTheStreamIsTorn() throws BadRequestException {
        for (int at = 0; at <= SEVERAL.length(); at++) {
            List<Request> requests = new ArrayList<>(requests(SEVERAL.substring(0, at)));
            requests.addAll(requests(SEVERAL.substring(at)));
            assertSeveral(requests);
            assertThat(parser.isWithinRequest()).isFalse();
        }
    }

    @Test
    void findsTheSameRequestsHoweverTheStreamIsCut() throws BadRequestException {
        Random random = new Random(7);
        for (int repetition = 0; repetition < 300; repetition++) {
            List<Request> requests = new ArrayList<>();
            int from = 0;
            while (from < SEVERAL.length()) {
                int to = Math.min(SEVERAL.length(), from + 1 + random.nextInt(repetition % 40 + 1));
                requests.addAll(requests(SEVERAL.substring(from, to)));
                from = to;
            }
            assertSeveral(requests);
        }
    }

    @Test
    void isWithinTheRequestUntilTheLastByte() throws BadRequestException {
        String request = HEAD + "2;x\r\nab\r\n0\r\nA: b\r\n\r\n";
        for (int i = 0; i < request.length(); i++) {
            assertThat(parser.isWithinRequest()).as("after %d bytes", i).isEqualTo(i > 0);
            assertThat(requests(request.substring(i, i + 1)).isEmpty()).isEqualTo(i < request.length() - 1);
        }
        assertThat(parser.isWithinRequest()).isFalse();
    }

    @Test
    void asksOnceForABodyThatWaits() throws BadRequestException {
        assertThat(requests(HEAD.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"))).isEmpty();
        assertThat(parser.takeContinue()).isTrue();
        assertThat(parser.takeContinue()).isFalse();
        assertThat(requests("1\r\na\r\n0\r\n\r\n")).hasSize(1);
    }

    @Test
    void readsABodyOfTheLimitByteByByte() throws BadRequestException {
        String chunks = "0000000000000001;e\r\na\r\n".repeat(40);
        assertThat(requests(HEAD + chunks + "0\r\n\r\n").getFirst().body()).hasSize(40);
        assertThat(requests(HEAD + "28\r\n" + "b".repeat(40) + "\r\n0\r\n\r\n").getFirst().body()).hasSize(40);
    }

    @Test
    void doesNotTakeItsMemoryByWhatIsAnnounced() throws BadRequestException {
        ChunkedBody body = new ChunkedBody(new HttpLimits(200, 1 << 29, 5));
        assertThat(body.read(bytes("1fffffff\r\nab"))).isFalse();
        assertThat(body.content()).containsExactly('a', 'b');
    }

    @ParameterizedTest
    @ValueSource(strings = {"29\r\n", "29;x", "fffffff\r", "7fffffff\r", "80000000\r", "ffffffff\r", "100000000\r",
            "100000005\r", "7fffffffffffffff\r", "8000000000000000\r", "ffffffffffffffff\r", "0000000000000029\r",
            "27\r\n123456789012345678901234567890123456789\r\n2\r"})
    void refusesABodyAsSoonAsItIsKnownToBeTooLarge(String chunks) {
        assertRefused(413, HEAD + chunks);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            // Sizes.
            "\r\n", "\n", ";x\r\n", " 5\r\n", "\t5\r\n", "5 \r\n", "5\t\r\n", "5 ;x\r\n", "5 5\r\n", "+5\r\n", "-5\r\n",
            "-0\r\n", "0x5\r\n", "x5\r\n", "5h\r\n", "g\r\n", "0_5\r\n", "\u00b2\r\n", "5\u0000\r\n", "5,\r\n",
            "5.\r\n",
            "00000000000000005\r\n", "11111111111111111\r\n", "\"5\"\r\n", "\u000b5\r\n",
            // Ends of sizes.
            "5\n", "5\r5", "5\r\r\n", "5;x\n", "5;x\ry", "5;x\u0000", "5;x\u007f", "5;\"\n\"\r\n",
            // Bytes after data.
            "5\r\nfirst\n", "5\r\nfirst0", "5\r\nfirst\r0", "5\r\nfirst\r\r", "5\r\nfirst;", "5\r\nfirst\r\n\r\n",
            "4\r\nfirst\r\n", "6\r\nfirst\r\n0",
            // Trailers, and the end.
            "0\n", "0\r\n\n", "0\r\n\r\r", "0\r\nGET /hidden HTTP/1.1\r\n", "0\r\n: b\r\n", "0\r\nA b: c", "0\r\nA : b",
            "0\r\n A: b\r\n", "0\r\nA: b\r\n folded\r\n", "0\r\nA: b\n", "0\r\nA: b\rc", "0\r\nA: \u0000", "0\r\nA\r\n",
            "0\r\nA: b\r\n\n", "0\r\n\u00e4: b"})
    void refusesMalformedChunks(String chunks) {
        assertRefused(400, HEAD + chunks);
    }

    @Test
    void boundsTheExtensionsOfAllChunksTogether() throws BadRequestException {
        String chunk = "1;" + "e".repeat(99) + "\r\na\r\n"; // the semicolon counts as part of the size
        assertThat(requests(HEAD + chunk + chunk + "0\r\n\r\n")).hasSize(1);
        assertRefused(400, HEAD + chunk + chunk + "1;eee");
    }

    @Test
    void boundsTrailers() throws BadRequestException {
        assertThat(requests(HEAD + "0\r\n" + "A: b\r\n".repeat(5) + "\r\n")).hasSize(1);
        assertRefused(431, HEAD + "0\r\n" + "A: b\r\n".repeat(5) + "A");
    }

    @Test
    void boundsTheLengthOfTrailers() {
        assertRefused(431, HEAD + "0\r\nA: " + "b".repeat(200));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"xchunked | 400", "chunkedx | 400", "gzip | 400", "identity | 400",
            "chunked, identity | 400", "chunked, gzip | 400", "chunked, chunked | 400", "gzip, chunked, chunked | 400",
            "chunked, gzip, chunked | 400", "'' | 400", "'chunked,' | 400", "'\"chunked\"' | 400", "chunked;q=1 | 400",
            "chunked gzip | 400", "gzip, chunked | 501", "identity, chunked | 501", "', chunked' | 501"})
    void refusesAnyOtherCoding(String coding, int status) {
        assertRefused(status, HEAD.replace("chunked", coding) + "0\r\n\r\n" + NEXT);
    }

    @Test
    void refusesACodingThatIsGivenTwice() {
        assertRefused(400, HEAD.replace("\r\n\r\n", "\r\ntransfer-encoding: chunked\r\n\r\n"));
    }

    @Test
    void refusesACodingInASecondField() {
        assertRefused(400, HEAD.replace("\r\n\r\n", "\r\ntransfer-encoding: identity\r\n\r\n"));
    }

    @Test
    void refusesACodingThatIsHiddenByAControlCharacter() {
        assertRefused(400, HEAD.replace(" chunked", " \u000bchunked"));
        assertRefused(400, HEAD.replace("Encoding: chunked", "Encoding : chunked"));
        assertRefused(400, HEAD.replace("Encoding: chunked", "Encoding:\r\n chunked"));
    }

    @Test
    void refusesALengthBesideChunks() {
        assertRefused(400, HEAD.replace("\r\n\r\n", "\r\nContent-Length: 5\r\n\r\n"));
    }

    @Test
    void refusesChunksInHttp10() {
        assertRefused(400, HEAD.replace("HTTP/1.1", "HTTP/1.0"));
    }

    /** Feeds the stream whole, then byte by byte: no byte before the wrong one is rejected. */
    private static void assertRefused(int status, String stream) {
        RequestParser whole = new RequestParser(LIMITS);
        whole.feed(bytes(stream));
        assertThatThrownBy(whole::next).isInstanceOfSatisfying(BadRequestException.class,
                e -> assertThat(e.status()).as(e.getMessage()).isEqualTo(status));
        RequestParser torn = new RequestParser(LIMITS);
        assertThatThrownBy(() -> {
            for (int i = 0; i < stream.length(); i++) {
                torn.feed(bytes(stream.substring(i, i + 1)));
                assertThat(torn.next()).isNull();
            }
        }).isInstanceOfSatisfying(BadRequestException.class, e -> assertThat(e.status()).isEqualTo(status));
        torn.feed(bytes("\r\n0\r\n\r\n" + NEXT));
        assertThatThrownBy(torn::next).isInstanceOf(BadRequestException.class);
    }
}
