package dev.threeways.contract.fuzz;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.fuzz.Transcript.End;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Comparable behaviour of one stack under a script.
 *
 * @param lines number by message name, for each message of the script that left any
 * @param exchanges with the payment API, likewise
 */
record Observation(List<Response> answers, int interim, End end, Map<String, Integer> lines,
        Map<String, Integer> exchanges) {

    private static final Pattern OWN_KEY = Pattern.compile("([fh])(\\d{8})-(\\d{2})");

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final Pattern PROBLEM = Pattern.compile("\"type\":\"urn:problem-type:three-ways:([a-z-]+)\"");

    private static final Pattern PAYMENT_ID = Pattern.compile("\"paymentId\":\"([^\"]*)\"");

    Observation {
        answers = List.copyOf(answers);
        lines = Map.copyOf(lines);
        exchanges = Map.copyOf(exchanges);
    }

    /** Treats the answer that was cut off as if it had not begun. */
    Observation closed() {
        return new Observation(answers, interim, End.CLOSED, lines, exchanges);
    }

    /**
     * One answer, without what is the moment's.
     *
     * @param type media type as it is written
     * @param problem type of a problem, without the common prefix; empty if it is none
     * @param key its owner: a message's name, {@code fresh}, {@code other}, or empty
     */
    record Response(int status, String type, String problem, String allow, String key) {

        static Response of(HttpAnswer answer) {
            Matcher problem = PROBLEM.matcher(answer.body());
            return new Response(answer.status(), answer.header().getOrDefault("content-type", ""),
                    problem.find() ? problem.group(1) : "", answer.header().getOrDefault("allow", ""),
                    label(answer.header().getOrDefault("idempotency-key", "")));
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(Integer.toString(status));
            for (String part : List.of(problem.isEmpty() ? type : problem, allow.isEmpty() ? "" : "allow " + allow,
                    key.isEmpty() ? "" : "key " + key)) {
                text.append(part.isEmpty() ? "" : " " + part);
            }
            return text.append(!problem.isEmpty() && !type.equals("application/problem+json") ? " as " + type : "")
                    .toString();
        }
    }

    static Observation of(Transcript transcript, int execution, Ledgers ledgers) {
        return new Observation(transcript.answers().stream().map(Response::of).toList(), transcript.interim(),
                transcript.end(),
                count(ledgers.lines().stream().map(line -> line.key() == null ? "" : line.key()).toList(), execution),
                count(ledgers.exchanges(), execution));
    }

    private static Map<String, Integer> count(List<String> keys, int execution) {
        Map<String, Integer> counts = new TreeMap<>();
        keys.stream()
                .filter(key -> executionOf(key) == execution)
                .forEach(key -> counts.merge(label(key), 1, Integer::sum));
        return counts;
    }

    /** The execution that a key was made for; -1 for any other key. */
    static int executionOf(String key) {
        Matcher own = OWN_KEY.matcher(key);
        return own.matches() ? Integer.parseInt(own.group(2)) : -1;
    }

    /** Names a key in the same way on each execution. */
    static String label(String key) {
        Matcher own = OWN_KEY.matcher(key);
        if (own.matches()) {
            return (own.group(1).equals("h") ? "hidden in " : "") + Script.name(Integer.parseInt(own.group(3)));
        }
        return key.isEmpty() ? "" : UUID.matcher(key).matches() ? "fresh" : "other";
    }

    /** Whether the handler gave this answer, not a filter or the server before it. */
    static boolean isHandlers(HttpAnswer answer) {
        Matcher problem = PROBLEM.matcher(answer.body());
        return answer.header().containsKey("idempotency-key")
                || (problem.find() && problem.group(1).startsWith("invalid-"));
    }

    static String paymentId(HttpAnswer answer) {
        Matcher id = PAYMENT_ID.matcher(answer.body());
        return answer.status() == 200 && id.find() ? id.group(1) : "";
    }

    /** Whether the answer tells this payment's id; an id that needs escapes is not checked. */
    static boolean isIn(HttpAnswer answer, @Nullable String paymentId) {
        return paymentId != null
                && (!paymentId.matches("[\\w/. -]+") || answer.body().contains("\"" + paymentId + "\""));
    }

    @Override
    public String toString() {
        return (interim > 0 ? interim + " interim, " : "") + answers + ", then " + end + "; lines "
                + new TreeMap<>(lines)
                + ", exchanges " + new TreeMap<>(exchanges);
    }
}
