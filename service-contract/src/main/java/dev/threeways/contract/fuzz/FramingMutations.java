package dev.threeways.contract.fuzz;

import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Oddities of a body and of the fields that say where it ends (RFC 9112, 6 and 7). Where these fields are faulty, a
 * hidden request is placed where one server might see a body and another the next request: request smuggling.
 */
final class FramingMutations {

    /** The longest body that the services read. */
    private static final int MAX_BODY_BYTES = 16 * 1024;

    private static final String WITHIN_CHUNK = chunk(Draft.HIDDEN_REQUEST) + "0\r\n\r\n";

    private static final String AFTER_CHUNKS = "0\r\n\r\n" + Draft.HIDDEN_REQUEST;

    private FramingMutations() {}

    static List<Mutation<Draft>> all() {
        return List.of(
                Mutation.mild("body", (draft, body) -> sized(draft, body), "", "x", "{\"a\": 1}",
                        "\u0000\u00ff\r\n\r\n"),
                Mutation.mild("body-hides", (draft, body) -> sized(draft, body), Draft.HIDDEN_REQUEST,
                        "x".repeat(8_192) + Draft.HIDDEN_REQUEST),
                Mutation.mild("body-longest",
                        (draft, coding) -> coding.equals("chunked")
                                ? chunked(draft, "x".repeat(MAX_BODY_BYTES))
                                : sized(draft, "x".repeat(MAX_BODY_BYTES)),
                        "sized", "chunked"),
                Mutation.mild("body-too-long",
                        (draft, coding) -> coding.equals("chunked")
                                ? chunked(draft, "x".repeat(MAX_BODY_BYTES + 1))
                                : sized(draft, "x".repeat(MAX_BODY_BYTES + 1)),
                        "sized", "chunked"),
                Mutation.mild("body-far-too-long",
                        (draft, bytes) -> chunked(draft, "x".repeat(Integer.parseInt(bytes))), "100000", "300000"),
                Mutation.mild("chunked", FramingMutations::chunked, "x", "", Draft.HIDDEN_REQUEST, "x".repeat(5_000)),
                Mutation.mild("chunks", (draft, body) -> draft.framed(List.of("Transfer-Encoding: chunked"), body),
                        "1\r\nx\r\n2\r\nyz\r\n0\r\n\r\n", "1;a=b\r\nx\r\n0\r\n\r\n", "1;a=\"b;c\"\r\nx\r\n0;x\r\n\r\n",
                        "001\r\nx\r\n0\r\n\r\n", "A\r\n0123456789\r\n000\r\n\r\n", "1;\r\nx\r\n0\r\n\r\n",
                        "1 ;a=b\r\nx\r\n0\r\n\r\n", "1;" + "a".repeat(9_000) + "\r\nx\r\n0\r\n\r\n",
                        "1\r\nx\r\n".repeat(500) + "0\r\n\r\n"),
                Mutation.mild("chunk-trailers", (draft, trailers) -> draft.framed(List.of("Transfer-Encoding: chunked"),
                        "1\r\nx\r\n0\r\n" + trailers + "\r\n"), "A: b\r\n", "Idempotency-Key: trailer\r\n",
                        "Content-Length: 5\r\n",
                        "Transfer-Encoding: chunked\r\n", "Host: other.example\r\n", "X: " + "y".repeat(2_000) + "\r\n",
                        "X: y\r\n".repeat(50), "X: " + "y".repeat(20_000) + "\r\n", "X: y\r\n".repeat(3_000)),
                Mutation.mild("chunk-odd", (draft, body) -> hiding(draft, List.of("Transfer-Encoding: chunked"), body),
                        "g\r\nx\r\n0\r\n\r\n",
                        "-1\r\nx\r\n0\r\n\r\n", "\r\nx\r\n0\r\n\r\n", "1\r\nxy\r\n0\r\n\r\n", "1\r\nx0\r\n\r\n",
                        "0x1\r\nx\r\n0\r\n\r\n",
                        "+1\r\nx\r\n0\r\n\r\n", "ffffffffffffffff\r\nx\r\n0\r\n\r\n",
                        "1.0\r\nx\r\n0\r\n\r\n"),

                // A line feed alone may end a line (RFC 9112, 2.2), but not a chunk; so the rest may or may not be a
                // request.
                Mutation.grave("chunk-line-ends",
                        (draft, body) -> hiding(draft, List.of("Transfer-Encoding: chunked"), body),
                        "1\nx\r\n0\r\n\r\n", " 1\r\nx\r\n0\r\n\r\n", "1\r\nx\n0\r\n\r\n", "1\r\nx\r\n0\n\n",
                        "1\rx\r\n0\r\n\r\n", "1;a\nb\r\nx\r\n0\r\n\r\n",
                        "1\r\nx\r\n0\r\nA: b\n\r\n", "1\r\nx\r\n0\r\n A: b\r\n\r\n", "1\r\nx\r\n0\r\nA b\r\n\r\n",
                        "1\r\r\nx\r\n0\r\n\r\n"),
                Mutation.mild("length-odd", FramingMutations::length, "+5", "-1", "-0", "0x5", "5, 5", "5,6", "5;", "",
                        " ", "5 5", "5.0",
                        "5e0", "99999999999999999999", "9223372036854775807", "9223372036854775808", "abc", "\u0665",
                        "5\u0000", "'5'",
                        "5\t6", "0,", ",0", "0 0", "\u00b2", "1_0"),
                Mutation.mild("length-spelled",
                        (draft, value) -> draft.framed(List.of("Content-Length: " + value), "abcde"), "005", " 5 ",
                        "5\t", "0000000000000000000000000000005"),
                Mutation.mild("length-twice",
                        (draft, second) -> draft.framed(List.of("Content-Length: 5", "Content-Length: " + second),
                                "abcde"),
                        "5", "05", "5, 5"),
                Mutation.mild("lengths-differ", (draft, lines) -> hiding(draft, lines(lines), ""),
                        "Content-Length: 0|Content-Length: 5",
                        "Content-Length: 5|Content-Length: 0", "Content-Length: 0|content-length: 1000",
                        "Content-Length: 0|Content-Length: x", "Content-Length: 0|Content-Length: ",
                        "Content-Length: 0|Content-Length: -1"),
                Mutation.mild("length-and-coding", (draft, lines) -> hiding(draft, lines(lines), "0\r\n\r\n"),
                        "Content-Length: 5|Transfer-Encoding: chunked", "Transfer-Encoding: chunked|Content-Length: 5",
                        "Content-Length: 0|Transfer-Encoding: chunked",
                        "Content-Length: 1000|Transfer-Encoding: chunked",
                        "Transfer-Encoding: chunked|Content-Length: x", "Transfer-Encoding: identity|Content-Length: 5",
                        "Transfer-Encoding: x|Content-Length: 5", "Transfer-Encoding:|Content-Length: 5"),
                coding("coding-unknown", "xchunked", "gzip", "identity", "x", "chunkedx",
                        "chunked x", "deflate", "compress", "trailers", "0", "chunke"),
                coding("coding-several", "chunked, identity", "chunked, gzip", "chunked, chunked", "chunked, x",
                        "chunked\r\nTransfer-Encoding: chunked", "chunked\r\nTransfer-Encoding: identity",
                        "chunked\r\nTransfer-Encoding: x"),
                // The end of the body is clear here; its content is not.
                Mutation.mild("coding-before-chunked",
                        (draft, coding) -> within(draft, List.of("Transfer-Encoding: " + coding)),
                        "gzip, chunked", "identity, chunked", "x, chunked", "gzip\r\nTransfer-Encoding: chunked",
                        "identity\r\nTransfer-Encoding: chunked"),
                coding("coding-odd", "", " ", ",", "chunked;q=1", "\"chunked\"", "chunked;",
                        "\u000bchunked", "chunked\u0000", "chunked\u00e9", "chunked\u00a0", "'chunked'", "chunked;a=b",
                        "/", "chunked\u0001"),
                // Correct codings, or nearly: a server may read the chunks.
                Mutation.mild("coding-spelled",
                        (draft, coding) -> within(draft, List.of("Transfer-Encoding: " + coding)),
                        "Chunked", "CHUNKED", " chunked ", "\tchunked",
                        "chunked,", ",chunked", "chunked, "),
                Mutation.mild("coding-http-1.0",
                        (draft, coding) -> draft.version("HTTP/1.0")
                                .with("Connection: keep-alive")
                                .framed(List.of("Transfer-Encoding: " + coding), AFTER_CHUNKS),
                        "chunked", "identity", "x"),
                Mutation.mild("coding-name", (draft, line) -> hiding(draft, List.of(line), "0\r\n\r\n"),
                        "Transfer-Encoding : chunked",
                        "Transfer-Encoding\t: chunked", "Transfer-Encoding\u0000: chunked",
                        "X: y\rTransfer-Encoding: chunked",
                        "Content-Length : 1000", "Content-Length\u0001: 1000"),
                Mutation.mild("coding-folded", (draft, line) -> within(draft, List.of(line)),
                        "Transfer-Encoding:\r\n chunked",
                        "Transfer-Encoding:\r\n\tchunked", "Transfer-Encoding: chunked\r\n ",
                        " Transfer-Encoding: chunked"),
                Mutation.mild("coding-method",
                        (draft, method) -> draft.method(method).framed(List.of("Transfer-Encoding: x"), AFTER_CHUNKS),
                        "GET", "HEAD", "OPTIONS", "TRACE", "DELETE"),
                Mutation.mild("body-short", Arbitraries.of(1, 10, 16_000)
                        .map(missing -> draft -> draft
                                .framed(List.of("Content-Length: " + (5 + missing)), "abcde")
                                .leftOpen())),
                Mutation.mild("chunks-short",
                        (draft, body) -> draft.framed(List.of("Transfer-Encoding: chunked"), body).leftOpen(), "",
                        "80000000\r\nx\r\n0\r\n\r\n", "100000001\r\nx\r\n0\r\n\r\n", "5\r\nabc", "5", "5\r\nabcde\r\n",
                        "5\r\nabcde\r\n0\r\n", "5\r\nabcde\r\n0\r\nA: b\r\n"),
                Mutation.mild("expect", expect()),
                Mutation.mild("expect-odd", (draft, expectation) -> sized(draft.with("Expect: " + expectation), "x"),
                        "100-Continue", "x", "",
                        "100-continue, x", "200-ok", "100-continue;a=b", "100", "x=y", "100-continue\r\nExpect: x"),
                Mutation.mild("expect-too-much", Arbitraries
                        .of("Content-Length: " + (MAX_BODY_BYTES + 1), "Content-Length: 1000000000",
                                "Content-Length: 9223372036854775807")
                        .map(length -> draft -> draft.with("Expect: 100-continue").framed(List.of(length), ""))),
                Mutation.mild("announced-too-much",
                        (draft, length) -> draft.framed(List.of("Content-Length: " + length), "").leftOpen(),
                        Integer.toString(MAX_BODY_BYTES + 1), "9223372036854775807"));
    }

    private static Arbitrary<UnaryOperator<Draft>> expect() {
        UnaryOperator<Draft> sent = draft -> sized(draft.with("Expect: 100-continue"), "abcde");
        UnaryOperator<Draft> withheld = draft -> sent.apply(draft).withholdingBody();
        UnaryOperator<Draft> empty = draft -> sized(draft.with("Expect: 100-continue"), "");
        UnaryOperator<Draft> none = draft -> draft.with("Expect: 100-continue");
        UnaryOperator<Draft> longest = draft -> sized(draft.with("Expect: 100-continue"), "x".repeat(MAX_BODY_BYTES))
                .withholdingBody();
        UnaryOperator<Draft> old = draft -> sent.apply(draft.version("HTTP/1.0"));
        UnaryOperator<Draft> chunks = draft -> chunked(draft.with("Expect: 100-continue"), "x").withholdingBody();
        return Arbitraries.of(List.of(sent, withheld, empty, none, longest, old, chunks));
    }

    private static Draft sized(Draft draft, String body) {
        return draft.framed(List.of("Content-Length: " + body.length()), body);
    }

    private static Draft chunked(Draft draft, String body) {
        return draft.framed(List.of("Transfer-Encoding: chunked"), chunk(body) + "0\r\n\r\n");
    }

    private static String chunk(String body) {
        return body.isEmpty() ? "" : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";
    }

    private static Draft length(Draft draft, String value) {
        return hiding(draft, List.of("Content-Length: " + value), "");
    }

    /** A coding that leaves open where the body ends, with a request at each place where it might. */
    private static Mutation<Draft> coding(String kind, String... codings) {
        return Mutation.mild(kind,
                Combinators
                        .combine(Arbitraries.of(codings),
                                Arbitraries.of(AFTER_CHUNKS, WITHIN_CHUNK, Draft.HIDDEN_REQUEST))
                        .as((coding, body) -> draft -> draft.framed(List.of("Transfer-Encoding: " + coding), body)));
    }

    private static Draft within(Draft draft, List<String> framing) {
        return draft.framed(framing, WITHIN_CHUNK);
    }

    private static Draft hiding(Draft draft, List<String> framing, String body) {
        return draft.framed(framing, body + Draft.HIDDEN_REQUEST);
    }

    private static List<String> lines(String text) {
        return List.of(text.split("\\|", -1));
    }
}
