package dev.threeways.contract.fuzz;

import dev.threeways.contract.fuzz.Observation.Response;
import dev.threeways.contract.fuzz.Transcript.End;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * A permitted difference between the stacks, with its reason. The differences that an entry allows are removed from the
 * observations; the rest has to be equal.
 *
 * @param rule of docs/CONTRACT.md
 * @param mutations the kinds of mutation that show it; empty for any
 * @param rfc the section that leaves it open
 * @param example turns a plain request into one that shows it
 * @param blur removes it from the observations of one script, in the order of the stacks
 */
record KnownDifference(String rule, Set<String> mutations, String rfc, String what, UnaryOperator<String> example,
        UnaryOperator<List<Observation>> blur) {

    static final int MOST = 10;

    /** Stands for any two kinds in one message. */
    static final String SEVERAL = "(several)";

    private static final int FIRST_ERROR = 400;

    private static final int NOT_FOUND = 404;

    private static final Set<Integer> UNKNOWN_PATH_OR_LONG_BODY = Set.of(NOT_FOUND, 413);

    /** Rules whose examples may leave the server waiting, so that the client announces that it sends no more. */
    private static final Set<String> OPEN = Set.of("C-2.13", "C-2.9");

    /** All known differences. A run in which one of them is never met fails: that difference exists no longer. */
    static final List<KnownDifference> ALL = List.of(
            new KnownDifference("C-2.10", Set.of(), "RFC 9112, 9.6",
                    "a server may close the connection after an answer of 400 and above",
                    plain -> plain.replace("/orders/42/", "/orders/none/"), KnownDifference::untilClosed),
            new KnownDifference("C-2.18", Set.of("http-1.0", "coding-http-1.0"), "RFC 9112, C.2.2",
                    "a server may close an HTTP/1.0 connection that asks to be kept",
                    plain -> headed(plain.replace("HTTP/1.1", "HTTP/1.0"), "Connection: keep-alive\r\n", ""),
                    KnownDifference::closedOrNot),
            new KnownDifference("C-2.18", Set.of("no-http"), "RFC 9113, 3.4",
                    "the preface of HTTP/2 may be answered 505 or not at all",
                    _ -> "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", KnownDifference::refusedOrNot),
            new KnownDifference("C-2.4", Set.of("chunks", "chunk-odd", "chunk-line-ends"), "RFC 9112, 7.1",
                    "a chunk extension without a name, or blanks around a chunk's size, may be ignored",
                    plain -> headed(plain, "Transfer-Encoding: chunked\r\n", "1;\r\nx\r\n0\r\n\r\n"),
                    KnownDifference::refusedOrNot),
            new KnownDifference("C-2.8", Set.of("line-end", "line-ends", "leading-bytes"), "RFC 9112, 2.2",
                    "a line feed alone may end a line of the header, and blanks in front of a request line be skipped",
                    plain -> headed(plain, "X: a\n", ""), KnownDifference::refusedOrNot),
            new KnownDifference("C-2.8", Set.of("version", "request-line"), "RFC 9112, 2.3",
                    "a version in small letters may be read, or one with more behind it that came later",
                    plain -> plain.replace("HTTP/1.1", "http/1.1"), KnownDifference::refusedOrNot),
            new KnownDifference("C-2.8", Set.of("bytes-gone", "byte-put", "byte-instead"), "RFC 9112, 3",
                    "of a request line that is none the method or the version may be told, or that it is bad",
                    plain -> plain.replace("HTTP/1.1", "TTP/1.1"), KnownDifference::refusedOrNot),
            new KnownDifference("C-2.12", Set.of("coding-folded", "fold"), "RFC 9112, 5.2",
                    "a folded line may be refused or unfolded",
                    plain -> headed(plain, "Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"),
                    KnownDifference::refusedOrNot),
            new KnownDifference("C-2.13",
                    Set.of("body-short", "cut-off", "chunks-short", "chunk-odd", "announced-too-much",
                            "expect-too-much"),
                    "RFC 9112, 8", "a request that will never be whole may be answered 400 or not at all",
                    plain -> headed(plain, "Content-Length: 6\r\n", "abcde"), KnownDifference::refusedOrNot),
            new KnownDifference("C-2.9", Set.of("path", SEVERAL), "RFC 9110, 15.5",
                    "of two things wrong with a request either may be told: no such path, body too long",
                    plain -> headed(plain.replace("/orders/42/payment", "/WEB-INF/web.xml"),
                            "Content-Length: 16385\r\n", ""),
                    KnownDifference::eitherTold));

    private static String headed(String plain, String lines, String body) {
        return plain.substring(0, plain.length() - 2) + lines + "\r\n" + body;
    }

    /** The example, so that a run meets each entry however short it is. */
    Script witness() {
        List<String> kinds = mutations.stream().sorted().limit(1).toList();
        var odd = new Message(kinds, example.apply(Message.PLAIN.head()), "", false, OPEN.contains(rule));
        return new Script(false, List.of(odd), false, List.of(), Script.Ending.KEEP, true);
    }

    /** Kinds for people. */
    String kinds() {
        return mutations.isEmpty() ? "any" : String.join(", ", new TreeSet<>(mutations));
    }

    boolean matches(Script script) {
        return mutations.isEmpty() || script.messages()
                .stream()
                .map(Message::kinds)
                .anyMatch(
                        kinds -> (kinds.size() > 1 && mutations.contains(SEVERAL))
                                || kinds.stream().anyMatch(mutations::contains));
    }

    /** Keeps answers up to the first error after which a stack has closed; later ones of the others are dropped. */
    private static List<Observation> untilClosed(List<Observation> seen) {
        int kept = seen.stream()
                .filter(KnownDifference::endsWithError)
                .mapToInt(one -> one.answers().size())
                .min()
                .orElse(-1);
        return kept < 0 ? seen : seen.stream().map(one -> upTo(one, kept)).toList();
    }

    /** Keeps answers up to where a stack has closed. */
    private static List<Observation> closedOrNot(List<Observation> seen) {
        int kept = seen.stream()
                .filter(one -> one.end() == End.CLOSED)
                .mapToInt(one -> one.answers().size())
                .min()
                .orElse(-1);
        return kept < 0 ? seen : seen.stream().map(one -> upTo(one, kept)).toList();
    }

    /** Keeps answers up to, and without, the rejection after which a stack has closed. */
    static List<Observation> refusedOrNot(List<Observation> seen) {
        int kept = seen.stream()
                .filter(KnownDifference::endsWithError)
                .mapToInt(one -> one.answers().size() - 1)
                .min()
                .orElse(-1);
        return kept < 0 ? seen : seen.stream().map(one -> upTo(one, kept)).toList();
    }

    /** Where stacks answer "no such path" or "body too long", all are made to say the former. */
    static List<Observation> eitherTold(List<Observation> seen) {
        int most = seen.stream().mapToInt(one -> one.answers().size()).min().orElse(0);
        List<List<Response>> told = seen.stream().map(one -> (List<Response>) new ArrayList<>(one.answers())).toList();
        for (int i = 0; i < most; i++) {
            int index = i;
            List<Response> answers = told.stream().map(each -> each.get(index)).toList();
            if (answers.stream().allMatch(answer -> UNKNOWN_PATH_OR_LONG_BODY.contains(answer.status()))) {
                answers.stream()
                        .filter(answer -> answer.status() == NOT_FOUND)
                        .findFirst()
                        .ifPresent(notFound -> told.forEach(each -> each.set(index, notFound)));
            }
        }
        List<Observation> blurred = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            Observation one = seen.get(i);
            blurred.add(new Observation(told.get(i), one.interim(), one.end(), one.lines(), one.exchanges()));
        }
        return refusedOrNot(blurred);
    }

    private static boolean endsWithError(Observation one) {
        return one.end() == End.CLOSED && !one.answers().isEmpty()
                && one.answers().getLast().status() >= FIRST_ERROR;
    }

    private static Observation upTo(Observation one, int answers) {
        if (one.answers().size() < answers) {
            return one;
        }
        List<Response> kept = one.answers().subList(0, answers);
        return new Observation(kept, 0, End.CLOSED, of(kept, one.lines()), of(kept, one.exchanges()));
    }

    private static Map<String, Integer> of(List<Response> answers, Map<String, Integer> counts) {
        Map<String, Integer> kept = new HashMap<>(counts);
        kept.keySet().retainAll(answers.stream().map(Response::key).toList());
        return kept;
    }
}
