package dev.threeways.contract.fuzz;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Combinators;

/**
 * Bytes that are no HTTP, or hardly. Any of them may break the framing, so requests hidden in bodies are not
 * considered.
 */
final class SyntaxMutations {

    /** Range, before the body, for the position of a single odd byte. */
    private static final int MAX_POSITION = 1_000;

    private static final String[] ODD_BYTES = {"x", " ", "\r", "\n", "\r\n", "\u0000", "\t", ":", ";", ",", "/", "\\",
            "%", "\"",
            "\u0001", "\u007f", "\u0080", "\u00ff", "\u000b", "\u000c", "?", "#", "@", "{", "HTTP/1.1", "\r\n\r\n"};

    private SyntaxMutations() {}

    static List<Mutation<Draft>> all() {
        return List.of(
                Mutation.grave("leading-bytes", Draft::before, "\r\n", "\n", "\r\n\r\n", "\r\n".repeat(10), " ",
                        "\t", "\r", "\u0000",
                        "x", "\u00ef\u00bb\u00bf", "\r\n ", "\r\n".repeat(5_000)),
                Mutation.grave("request-line", Draft::requestLine, "POST  " + Draft.TARGET + " HTTP/1.1",
                        "POST " + Draft.TARGET + "  HTTP/1.1", "POST\t" + Draft.TARGET + "\tHTTP/1.1",
                        "POST " + Draft.TARGET + " HTTP/1.1 ",
                        "POST " + Draft.TARGET + " HTTP/1.1 x", "POST " + Draft.TARGET, "POST", "",
                        " POST " + Draft.TARGET + " HTTP/1.1",
                        "POST " + Draft.TARGET + " x HTTP/1.1", "POST  HTTP/1.1", "POST HTTP/1.1",
                        Draft.TARGET + " HTTP/1.1",
                        "POST " + Draft.TARGET + "HTTP/1.1", "POST " + Draft.TARGET + " HTTP/1.1\r",
                        "POST\u000b" + Draft.TARGET + " HTTP/1.1",
                        "POST\u00a0" + Draft.TARGET + " HTTP/1.1", "GET " + Draft.TARGET, "HTTP/1.1 200 OK", " ",
                        "POST / / / HTTP/1.1"),
                Mutation.grave("field-name", Draft::with, "X y: z", "X : y", "X\t: y", " : y", ": y", ":", "X",
                        "x y", "=: y", "X\u00e9: y",
                        "X\u0000: y", "X\u0001: y", "X(: y", "X@y: z", "\"X\": y", "X/y: z", "{X}: y", "X\r: y",
                        "X;a: y", "\u007f: y", "X:",
                        "X::y", "_: y", "~!#$%&'*+-.^`|: y", "Host : other.example", "Idempotency-Key : other"),
                Mutation.grave("field-value", Draft::with, "X: \u0000", "X: a\u0000b", "X: \u0001", "X: a\rb",
                        "X: a\r", "X: \u007f",
                        "X: \u00e9", "X: \u00c3\u00a9", "X: \u001b[31m", "X: \u000b", "X: a\tb", "X: ${jndi:ldap://x}",
                        "X: \b", "X: \u000c",
                        "X: a\r\r", "X: \u0085", "X: \u00ff\u00fe"),
                Mutation.grave("fold", Draft::with, "X: a\r\n b", "X: a\r\n\tb", "X:\r\n b", "X: a\r\n ",
                        "X: a\r\n \r\n b",
                        "X: a\r\n Idempotency-Key: other", "X: a\n b", "X: a\r\n\u000bb"),
                Mutation.grave("fold-first", (draft, line) -> draft.header(prepended(line, draft.header())),
                        " X: y", "\tX: y", " ", "\t"),
                Mutation.grave("line-ends", (draft, end) -> draft.lineEnd(end).leftOpen(), "\n", "\r", "\n\r", "\r\r\n",
                        "\r\n\r\n", " \r\n",
                        "\u0000\r\n", "\u0085"),
                Mutation.grave("line-end", Draft::with, "X: a\nY: b", "X: a\rY: b", "X: a\r\rY: b", "X: a\n\rY: b",
                        "X: a\r\r\nY: b",
                        "X: a\n", "X: a\r", "\r", "\n", "X: a\r\n"),
                Mutation.grave("byte-put",
                        Combinators.combine(Arbitraries.integers().between(0, MAX_POSITION), Arbitraries.of(ODD_BYTES))
                                .as((position, bytes) -> draft -> edited(draft, position, 0, bytes))),
                Mutation.grave("byte-instead",
                        Combinators.combine(Arbitraries.integers().between(0, MAX_POSITION), Arbitraries.of(ODD_BYTES))
                                .as((position, bytes) -> draft -> edited(draft, position, 1, bytes))),
                Mutation.grave("bytes-gone", Combinators
                        .combine(Arbitraries.integers().between(0, MAX_POSITION),
                                Arbitraries.integers().between(1, 8))
                        .as((position, length) -> draft -> edited(draft, position, length, ""))),
                Mutation.grave("cut-off", Arbitraries.integers()
                        .between(0, MAX_POSITION)
                        .map(position -> draft -> edited(draft, position, Integer.MAX_VALUE, ""))),
                Mutation.grave("no-http", (draft, bytes) -> edited(draft, 0, Integer.MAX_VALUE, bytes).leftOpen(),
                        "",
                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000",
                        "\u0016\u0003\u0001\u0000\u00a5\u0001\u0000\u0000\u00a1\u0003\u0003" + "x".repeat(150),
                        "\u0000", "\r\n\r\n", "x", "{}\r\n\r\n",
                        "\u0080\u00ff".repeat(50) + "\r\n\r\n", "SSH-2.0-x\r\n", "EHLO x\r\n",
                        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n", "\u0005\u0001\u0000",
                        "GET\r\n\r\n", "*1\r\n$4\r\nPING\r\n", "x".repeat(20_000), "x".repeat(20_000) + "\r\n\r\n",
                        " \r\n\r\n"));
    }

    private static List<String> prepended(String line, List<String> lines) {
        List<String> all = new ArrayList<>(lines);
        all.addFirst(line);
        return all;
    }

    /** Edits the bytes before the body. The result may have no end. */
    private static Draft edited(Draft draft, int position, int length, String replacement) {
        String head = draft.head();
        int from = position % Math.max(1, head.length());
        int to = (int) Math.min(head.length(), (long) from + length);
        return draft.before(head.substring(0, from) + replacement + head.substring(to))
                .requestLine("")
                .header(List.of())
                .framed(List.of(), draft.body())
                .lineEnd("")
                .leftOpen();
    }
}
