package dev.threeways.contract.fuzz;

import dev.threeways.contract.fuzz.Observation.Answer;
import dev.threeways.contract.fuzz.Transcript.End;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Where the stacks may differ, and why. What an entry allows is taken out of what was seen; the rest has to be equal.
 *
 * @param rule of docs/CONTRACT.md
 * @param mutation the kind of mutation that shows it, or {@value #ANY}
 * @param rfc the section that leaves it open
 * @param blur takes it out of what was seen of one script, in the order of the stacks
 */
record KnownDifference(String rule, String mutation, String rfc, String what, UnaryOperator<List<Observation>> blur) {

    static final int MOST = 10;

    static final String ANY = "any";

    private static final int FIRST_ERROR = 400;

    /** All there are. A run in which one of them is never met fails: it is no longer known, but wished for. */
    static final List<KnownDifference> ALL = List.of(
            new KnownDifference("C-2.10", ANY, "RFC 9112, 9.6",
                    "a server may close the connection after an answer of 400 and above", KnownDifference::untilClosed),
            new KnownDifference("C-2.8", ANY, "RFC 9110, 15.5",
                    "what the server turns away by itself may be answered without a problem body",
                    seen -> seen.stream().map(KnownDifference::withoutProblems).toList()));

    boolean matches(Script script) {
        return mutation.equals(ANY)
                || script.messages().stream().anyMatch(message -> message.kinds().contains(mutation));
    }

    /** Up to the first error after which one of them has closed; what came later on the others is forgotten. */
    private static List<Observation> untilClosed(List<Observation> seen) {
        int kept = seen.stream().filter(KnownDifference::endsWithError).mapToInt(one -> one.answers().size()).min()
                .orElse(-1);
        return kept < 0 ? seen : seen.stream().map(one -> upTo(one, kept)).toList();
    }

    private static boolean endsWithError(Observation one) {
        return one.end() == End.CLOSED && !one.answers().isEmpty()
                && one.answers().getLast().status() >= FIRST_ERROR;
    }

    private static Observation upTo(Observation one, int answers) {
        if (one.answers().size() < answers) {
            return one;
        }
        List<Answer> kept = one.answers().subList(0, answers);
        return new Observation(kept, one.interim(), End.CLOSED, of(kept, one.lines()), of(kept, one.exchanges()));
    }

    private static Map<String, Integer> of(List<Answer> answers, Map<String, Integer> counts) {
        Map<String, Integer> kept = new HashMap<>(counts);
        kept.keySet().retainAll(answers.stream().map(Answer::key).toList());
        return kept;
    }

    private static Observation withoutProblems(Observation one) {
        return new Observation(one.answers().stream().map(KnownDifference::withoutProblem).toList(), one.interim(),
                one.end(),
                one.lines(), one.exchanges());
    }

    private static Answer withoutProblem(Answer answer) {
        boolean servers = List.of("bad-request", "header-too-large", "uri-too-long", "").contains(answer.problem());
        return servers && answer.status() >= FIRST_ERROR
                ? new Answer(answer.status(), "", "", answer.allow(), answer.key())
                : answer;
    }
}
