package dev.threeways.contract.fuzz;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.fuzz.Ledgers.Line;
import dev.threeways.contract.fuzz.Script.Ending;
import dev.threeways.contract.fuzz.Transcript.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Checks that have to hold on each stack by itself, whatever was sent. */
final class CallerChecks {

    /** The backends are well, so none of these statuses has a reason. */
    private static final Set<Integer> UNREASONABLE = Set.of(500, 502, 503, 504);

    /** An overloaded machine is a reason for these statuses. */
    private static final Set<Integer> TOO_LATE = Set.of(503, 504);

    private final UnaryOperator<String> paymentIds;

    /** @param paymentIds computes the payment id that the payment API gives a key */
    CallerChecks(UnaryOperator<String> paymentIds) {
        this.paymentIds = paymentIds;
    }

    /** One script, followed once. */
    record Run(Script script, int execution, Map<String, Transcript> transcripts) {

        Transcript on(String stack) {
            return Objects.requireNonNull(transcripts.get(stack), stack);
        }

        /** Whether a stack was silent, or answered that something took too long. */
        boolean isSlow() {
            return transcripts.values()
                    .stream()
                    .anyMatch(transcript -> transcript.end() == End.SILENT
                            || transcript.answers().stream().anyMatch(answer -> TOO_LATE.contains(answer.status())));
        }
    }

    List<Finding<Script>> check(Run run, String stack, Ledgers ledgers) {
        List<Finding<Script>> findings = new ArrayList<>();
        Script script = run.script();
        List<Script> suspects = List.of(script);
        Transcript transcript = run.on(stack);
        boolean slow = run.isSlow();
        Map<String, List<Line>> lines = ledgers.lines()
                .stream()
                .filter(line -> line.key() != null && Observation.executionOf(line.key()) == run.execution())
                .collect(Collectors.groupingBy(line -> String.valueOf(line.key())));
        Map<String, Long> exchanges = ledgers.exchanges()
                .stream()
                .filter(key -> Observation.executionOf(key) == run.execution())
                .collect(Collectors.groupingBy(key -> key, Collectors.counting()));

        if (transcript.end() == End.REFUSED) {
            findings.add(new Finding<>("a connection is accepted", stack + " did not", slow, suspects));
        }
        for (HttpAnswer answer : transcript.answers()) {
            if (UNREASONABLE.contains(answer.status())) {
                findings.add(new Finding<>("no answer blames a service or backend that is well", stack + " answered "
                        + answer.status(), TOO_LATE.contains(answer.status()), suspects));
            }
            String key = answer.header().getOrDefault("idempotency-key", "");
            String paymentId = Observation.paymentId(answer);
            if (!paymentId.isEmpty() && !key.isEmpty() && !paymentId.equals(paymentIds.apply(key))) {
                findings.add(new Finding<>("a payment is that of its key",
                        stack + " answered payment " + paymentId + " for " + key, slow, suspects));
            }
            if (Observation.executionOf(key) == run.execution() && !lines.containsKey(key)) {
                findings.add(new Finding<>("what the handler answers has a line", stack + " wrote none for "
                        + Observation.label(key), slow, suspects));
            }
        }
        Set<String> keys = new TreeSet<>(lines.keySet());
        keys.addAll(exchanges.keySet());
        for (String key : keys) {
            String label = Observation.label(key);
            List<Line> own = lines.getOrDefault(key, List.of());
            long begun = exchanges.getOrDefault(key, 0L);
            if (own.size() > 1 || begun > 1) {
                findings.add(new Finding<>("a request has one line and one exchange", stack + " has " + own.size()
                        + " lines and " + begun + " exchanges for " + label, slow, suspects));
            }
            long paid = own.stream().filter(line -> line.outcome().equals("paid")).count();
            if (paid != begun) {
                findings.add(
                        new Finding<>("each exchange has a line", stack + " has " + begun + " exchanges and " + paid
                                + " payments for " + label, slow, suspects));
            }
            if (own.stream()
                    .anyMatch(line -> line.paymentId() != null && !line.paymentId().equals(paymentIds.apply(key)))) {
                findings.add(
                        new Finding<>("a payment is that of its key", stack + " logged another for " + label, slow,
                                suspects));
            }
            if (key.startsWith("h") && script.hides(numberOf(key))) {
                findings.add(
                        new Finding<>("a request hidden in another is not paid", stack + " handled " + label, slow,
                                suspects));
            }
            boolean answered = transcript.answers()
                    .stream()
                    .anyMatch(answer -> key.equals(answer.header().get("idempotency-key")));
            if (!own.isEmpty() && !answered && script.ending() != Ending.RESET) {
                findings.add(
                        new Finding<>("what was handled is answered", stack + " did not answer " + label, slow,
                                suspects));
            }
        }
        return findings;
    }

    private static int numberOf(String key) {
        return Integer.parseInt(key.substring(key.length() - 2));
    }

    /** Checks a batch as a whole: a line without a key of its own cannot be attributed to a request. */
    List<Finding<Script>> check(List<Run> runs, String stack, Ledgers ledgers) {
        List<Finding<Script>> findings = new ArrayList<>();
        for (String error : ledgers.errors()) {
            findings.add(new Finding<>("faults of others are no errors", stack + " logged " + error, false, List.of()));
        }
        long lines = ledgers.lines()
                .stream()
                .filter(line -> line.key() == null || Observation.executionOf(line.key()) < 0)
                .count();
        long answers = runs.stream()
                .flatMap(run -> run.on(stack).answers().stream())
                .filter(Observation::isHandlers)
                .filter(answer -> Observation.executionOf(answer.header().getOrDefault("idempotency-key", "")) < 0)
                .count();
        long unseen = runs.stream()
                .filter(run -> run.script().ending() == Ending.RESET)
                .mapToLong(run -> run.script().messages().size())
                .sum();
        if (lines < answers || lines > answers + unseen) {
            findings.add(new Finding<>("there is a line for each request that was handled", stack + " wrote " + lines
                    + " lines about requests without a key of ours, and gave " + answers + " such answers"
                    + (unseen > 0 ? "; at most " + unseen + " more were not read" : ""),
                    runs.stream().anyMatch(Run::isSlow), List.of()));
        }
        return findings;
    }
}
