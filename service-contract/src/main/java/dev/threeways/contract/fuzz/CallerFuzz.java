package dev.threeways.contract.fuzz;

import dev.threeways.contract.fuzz.CallerChecks.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitrary;

/** Sends the same requests to several stacks, to all of them at once, and compares what they do. */
final class CallerFuzz extends Fuzzer<Script> {

    private static final int BATCH = 64;

    /** Running several takes hardly longer than one. */
    private static final int SHRUNK_AT_ONCE = 16;

    private static final int WARM_UP_BATCHES = 5;

    private static final String DIFFERENCE = "the stacks do the same";

    private final List<Stack> stacks;

    private final CallerChecks checks;

    private final List<KnownDifference> known;

    private final StatusTable statuses;

    private final Map<KnownDifference, Integer> knownSeen = new LinkedHashMap<>();

    private int executions;

    /** @param paymentIds computes the payment id that the payment API gives a key */
    CallerFuzz(List<Stack> stacks, UnaryOperator<String> paymentIds, List<KnownDifference> known, long seed) {
        super(seed, BATCH, SHRUNK_AT_ONCE);
        this.stacks = stacks;
        this.checks = new CallerChecks(paymentIds);
        this.known = known;
        this.statuses = new StatusTable(stacks.stream().map(Stack::name).toList());
        known.forEach(difference -> knownSeen.put(difference, 0));
    }

    @Override
    List<Arbitrary<Script>> scripts() {
        Grammar grammar = new Grammar();
        return grammar.mutations().stream().map(grammar::scripts).toList();
    }

    @Override
    Set<String> features(Script script) {
        return script.features();
    }

    @Override
    FuzzReport report(long seed, int scripts, Duration took, int excused, List<FuzzReport.Failure> failures) {
        return new FuzzReport("Caller", seed, scripts, took, statuses, knownSeen, excused, failures);
    }

    @Override
    void warmUp() {
        Script plain = new Script(true, List.of(Message.PLAIN), false, List.of(), Script.Ending.KEEP, true);
        for (int i = 0; i < WARM_UP_BATCHES; i++) {
            var _ = follow(Collections.nCopies(BATCH, plain), false);
        }
        var _ = follow(known.stream().map(KnownDifference::witness).toList(), true);
    }

    @Override
    void restart() {
        stacks.forEach(Stack::restart);
    }

    @Override
    boolean isWell() {
        return follow(List.of(new Script(true, List.of(Message.PLAIN), false, List.of(), Script.Ending.KEEP, true)),
                false)
                .isEmpty();
    }

    @Override
    List<Finding<Script>> follow(List<Script> scripts, boolean counted) {
        List<Callable<Transcript>> conversations = new ArrayList<>();
        int first = executions;
        for (Script script : scripts) {
            int execution = executions++;
            stacks.forEach(stack -> conversations.add(() -> Conversation.hold(script, execution, stack.port())));
        }
        List<Transcript> transcripts = inParallel(conversations, BATCH * stacks.size());
        List<Ledgers> ledgers = inParallel(stacks.stream().map(stack -> (Callable<Ledgers>) stack::settle).toList(),
                stacks.size());
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < scripts.size(); i++) {
            Map<String, Transcript> byStack = new TreeMap<>();
            for (int j = 0; j < stacks.size(); j++) {
                byStack.put(stacks.get(j).name(), transcripts.get(i * stacks.size() + j));
            }
            runs.add(new Run(scripts.get(i), first + i, byStack));
        }
        List<Finding<Script>> findings = new ArrayList<>();
        for (Run run : runs) {
            for (int j = 0; j < stacks.size(); j++) {
                findings.addAll(checks.check(run, stacks.get(j).name(), ledgers.get(j)));
            }
            compare(run, ledgers, findings, counted);
            if (counted) {
                count(run);
            }
        }
        for (int j = 0; j < stacks.size(); j++) {
            findings.addAll(checks.check(runs, stacks.get(j).name(), ledgers.get(j)));
        }
        return findings;
    }

    private void compare(Run run, List<Ledgers> ledgers, List<Finding<Script>> findings, boolean counted) {
        if (run.script().ending() == Script.Ending.RESET) {
            return; // chance decides what arrives before the reset
        }
        List<Observation> seen = new ArrayList<>();
        for (int j = 0; j < stacks.size(); j++) {
            seen.add(
                    Observation.of(run.on(stacks.get(j).name()), run.execution(),
                            ledgers.get(j)));
        }
        List<KnownDifference> entries = known.stream().filter(entry -> entry.matches(run.script())).toList();
        if (isSame(seen)) {
            return;
        }
        if (mayBeDestroyed(run.script(), seen)) {
            return;
        }
        if (!isSame(blurred(seen, entries))) {
            StringBuilder text = new StringBuilder();
            for (int j = 0; j < stacks.size(); j++) {
                String name = stacks.get(j).name();
                text.append(String.format(Locale.ROOT, "%-24s%s%s%n", name, seen.get(j), run.on(name).note()));
            }
            findings.add(
                    new Finding<>(DIFFERENCE, text.toString().stripTrailing(), run.isSlow(), List.of(run.script())));
        } else if (counted) {
            List<KnownDifference> needed = entries.stream()
                    .filter(entry -> !isSame(
                            blurred(seen, entries.stream().filter(other -> !other.equals(entry)).toList())))
                    .toList();
            (needed.isEmpty() ? entries : needed).forEach(entry -> knownSeen.merge(entry, 1, Integer::sum));
        }
    }

    /**
     * Whether chance explains the difference. A server that closes a connection with a request unread resets it, which
     * may destroy the previous answer (RFC 9112, 9.6).
     */
    private static boolean mayBeDestroyed(Script script, List<Observation> seen) {
        return (script.pipelined() || !script.cuts().isEmpty()) && isSame(KnownDifference.refusedOrNot(
                seen.stream().map(one -> one.end() == Transcript.End.CUT_OFF ? one.closed() : one).toList()));
    }

    private static boolean isSame(List<Observation> seen) {
        return seen.stream().distinct().count() == 1;
    }

    private static List<Observation> blurred(List<Observation> seen, List<KnownDifference> entries) {
        List<Observation> blurred = seen;
        for (KnownDifference entry : entries) {
            blurred = entry.blur().apply(blurred);
        }
        return blurred;
    }

    private void count(Run run) {
        int before = run.script().used() ? 1 : 0;
        List<Message> messages = run.script().messages();
        for (int i = 0; i < messages.size(); i++) {
            int answer = before + i;
            List<String> kinds = messages.get(i).kinds().isEmpty() ? List.of("(plain)") : messages.get(i).kinds();
            run.transcripts()
                    .forEach((stack, transcript) -> kinds.forEach(kind -> statuses.add(kind, stack,
                            answer < transcript.answers().size()
                                    ? Integer.toString(transcript.answers().get(answer).status())
                                    : run.script().ending() == Script.Ending.RESET
                                            ? "reset"
                                            : transcript.end().toString().toLowerCase(Locale.ROOT))));
        }
    }
}
