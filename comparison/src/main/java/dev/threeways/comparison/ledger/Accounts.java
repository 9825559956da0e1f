package dev.threeways.comparison.ledger;

import dev.threeways.comparison.result.Result.Balance;
import dev.threeways.comparison.result.Result.Violation;
import dev.threeways.gatling.RequestClass;
import dev.threeways.gatling.RequestLog;
import dev.threeways.gatling.RequestPhase;
import dev.threeways.gatling.RequestRecord;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reconciles three independent records of one run by idempotency key: the generator's requests, the service's log
 * lines, the payment API's calls. Totals can agree by accident, keys cannot. A run that does not reconcile says nothing
 * about speed. A stack that drops lines, retries payments or answers what it did not do would look fast.
 */
public final class Accounts {

    /** A rule that a reconciled run keeps. Numbered in {@code docs/METHOD.md}. */
    enum Rule {
        /** Every planned request is in the generator's records, once. */
        A1_EVERY_REQUEST_BOOKED_ONCE("a planned request is missing from the generator's book, or is in it twice"),
        /** A request that the handler answered has a log line. */
        A2_ANSWERED_HAS_LINE("the handler answered, but there is no log line"),
        A3_ONE_LINE("several log lines for one request"),
        A4_LINE_HAS_REQUEST("a log line for a request that was never sent, or without a key"),
        A5_LINE_AGREES_WITH_ANSWER("the log line's outcome is not what the caller was answered"),
        /** A payment that the payment API answered was received there. */
        A6_EXCHANGE_HAS_CALL("a payment was begun, but the payment API has no call"),
        /** A request answered before the payment step made no call. */
        A7_CALL_HAS_EXCHANGE("the payment API has a call for a request that did not get to the payment step"),
        A8_NO_KEY_CALLED_TWICE("the payment API was called more than once with one key"),
        A9_CALL_AGREES_WITH_LINE("the payment API's outcome is not the log line's"),
        A10_CALLS_COMPLETE("the payment API's book was full: not every call is in it"),
        /** Every call has a signature; the contract's rules check that it is the right one. */
        A11_CALL_IS_SIGNED("payments are to be signed, but a call carried no signature");

        private final String broken;

        Rule(String broken) {
            this.broken = broken;
        }

        /** Returns its name in tables and files: {@code A1}. */
        String id() {
            return name().substring(0, name().indexOf('_'));
        }

        String broken() {
            return broken;
        }
    }

    private static final int MAX_EXAMPLES = 5;

    /** Statuses that only the handler gives to the generator's requests; others come from before it. */
    private static final Set<Integer> HANDLER_STATUSES = Set.of(200, 400, 402, 404, 500, 502, 503, 504);

    private static final Set<String> ANSWERED_EXCHANGES = Set.of("paid", "declined", "payment-error-status",
            "payment-invalid-answer");

    /** Outcomes after which the service cannot know whether the payment API saw anything. */
    private static final Set<String> UNCERTAIN_EXCHANGES = Set.of("payment-connection-lost", "payment-timed-out",
            "unexpected-error");

    private static final String REFUSED_EXCHANGE = "payment-connection-refused";

    private final Map<Rule, List<String>> broken = new EnumMap<>(Rule.class);

    private final Map<Rule, Long> counts = new EnumMap<>(Rule.class);

    private Accounts() {}

    /** Reconciles the records of a single load generator. */
    public static Balance balance(RequestLog client, ServiceLedger service, Optional<PaymentCalls> calls,
            boolean signed) {
        return balance(List.of(client), service, calls, signed);
    }

    /**
     * @param clients the request logs of the load generators, one after the other
     * @param calls empty if the payment API keeps no readable record: rules A6 to A11 are then not checked
     * @param signed whether payments are to be signed
     */
    public static Balance balance(List<RequestLog> clients, ServiceLedger service, Optional<PaymentCalls> calls,
            boolean signed) {
        var accounts = new Accounts();
        accounts.checkClients(clients);
        List<RequestRecord> requests = clients.stream().flatMap(client -> client.requests().stream()).toList();
        accounts.checkLines(requests, service);
        calls.ifPresent(ledger -> accounts.checkCalls(service, ledger, signed));
        List<String> outcomes = service.outcomes().values().stream().flatMap(List::stream).toList();
        return new Balance(requests.size(), requests.stream().filter(Accounts::isSent).count(),
                service.lines(),
                outcomes.stream().filter(Accounts::beganExchange).count(),
                outcomes.stream().filter(REFUSED_EXCHANGE::equals).count(),
                outcomes.stream().filter(UNCERTAIN_EXCHANGES::contains).count(),
                calls.map(PaymentCalls::total).orElse(null),
                accounts.violations());
    }

    public static boolean isSent(RequestRecord request) {
        return request.requestClass() != RequestClass.NEVER_SENT;
    }

    private static boolean beganExchange(String outcome) {
        return ANSWERED_EXCHANGES.contains(outcome) || UNCERTAIN_EXCHANGES.contains(outcome)
                || outcome.equals(REFUSED_EXCHANGE);
    }

    /** Expects numbers from 0 on in the measured schedule; the last are there even if they were never sent. */
    private void checkClients(List<RequestLog> clients) {
        Set<String> keys = new HashSet<>();
        clients.forEach(client -> checkClient(client, keys));
    }

    private void checkClient(RequestLog client, Set<String> keys) {
        Set<Long> measured = new HashSet<>();
        for (RequestRecord request : client.requests()) {
            if (!keys.add(request.key())) {
                report(Rule.A1_EVERY_REQUEST_BOOKED_ONCE, request.key() + " is there twice");
            }
            if (request.phase() == RequestPhase.MEASURE) {
                measured.add(request.n());
            }
        }
        for (long n = 0; n < client.planned(); n++) {
            if (!measured.contains(n)) {
                report(Rule.A1_EVERY_REQUEST_BOOKED_ONCE, "request " + n + " is missing");
            }
        }
    }

    private void checkLines(List<RequestRecord> requests, ServiceLedger service) {
        Set<String> sent = new HashSet<>();
        for (RequestRecord request : requests) {
            String key = request.key();
            List<String> lines = service.of(key);
            boolean reached = isSent(request) && request.requestClass() != RequestClass.REFUSED;
            if (reached) {
                sent.add(key);
            }
            boolean answered = reached && HANDLER_STATUSES.contains(request.status());
            if (answered && lines.isEmpty()) {
                report(Rule.A2_ANSWERED_HAS_LINE, key + " was answered " + request.status());
            }
            if (lines.size() > 1) {
                report(Rule.A3_ONE_LINE, key + ": " + lines);
            }
            if (answered && lines.size() == 1 && !statuses(lines.getFirst()).contains(request.status())) {
                report(Rule.A5_LINE_AGREES_WITH_ANSWER,
                        key + " was answered " + request.status() + ", logged " + lines.getFirst());
            }
        }
        service.outcomes().forEach((key, lines) -> {
            if (!sent.contains(key)) {
                report(Rule.A4_LINE_HAS_REQUEST, key + ": " + lines);
            }
        });
        for (long i = 0; i < service.linesWithoutKey(); i++) {
            report(Rule.A4_LINE_HAS_REQUEST, "a line without a key");
        }
    }

    private static Set<Integer> statuses(String outcome) {
        return switch (outcome) {
            case "paid" -> Set.of(200);
            case "declined" -> Set.of(402);
            case "order-not-found" -> Set.of(404);
            case "invalid-order-id", "invalid-idempotency-key" -> Set.of(400);
            case "orders-unavailable", "overloaded" -> Set.of(503);
            case "payment-timed-out" -> Set.of(504);
            case "unexpected-error" -> Set.of(500);
            default -> outcome.startsWith("payment-") ? Set.of(502) : Set.of();
        };
    }

    private void checkCalls(ServiceLedger service, PaymentCalls calls, boolean signed) {
        if (!calls.isComplete()) {
            report(Rule.A10_CALLS_COMPLETE, "its summary says so");
            return;
        }
        Set<String> begun = new HashSet<>();
        service.outcomes().forEach((key, lines) -> {
            if (lines.stream().anyMatch(outcome -> beganExchange(outcome) && !outcome.equals(REFUSED_EXCHANGE))) {
                begun.add(key);
            }
            if (lines.stream().anyMatch(ANSWERED_EXCHANGES::contains) && !calls.byKey().containsKey(key)) {
                report(Rule.A6_EXCHANGE_HAS_CALL, key + ": " + lines);
            }
        });
        calls.byKey().forEach((key, call) -> {
            if (!begun.contains(key)) {
                report(Rule.A7_CALL_HAS_EXCHANGE, key + ": logged " + service.of(key) + ", called " + call.outcome());
            }
            if (call.count() > 1) {
                report(Rule.A8_NO_KEY_CALLED_TWICE, key + ": " + call.count() + " calls");
            }
            if (signed && call.unsigned()) {
                report(Rule.A11_CALL_IS_SIGNED, key + ": called " + call.outcome());
            }
            for (String line : service.of(key)) {
                if (!agrees(line, call.outcome())) {
                    report(Rule.A9_CALL_AGREES_WITH_LINE,
                            key + ": logged " + line + ", the payment API says " + call.outcome());
                }
            }
        });
    }

    /** Compares only what both sides must know alike: who saw a connection break, and when, may differ. */
    private static boolean agrees(String logged, String called) {
        return switch (logged) {
            case "paid" -> called.equals("approved");
            case "declined" -> called.equals("declined");
            default -> true;
        };
    }

    private void report(Rule rule, String example) {
        counts.merge(rule, 1L, Long::sum);
        List<String> examples = broken.computeIfAbsent(rule, _ -> new ArrayList<>());
        if (examples.size() < MAX_EXAMPLES) {
            examples.add(example);
        }
    }

    private List<Violation> violations() {
        return counts.entrySet()
                .stream()
                .map(entry -> new Violation(entry.getKey().id(), entry.getKey().broken(),
                        entry.getValue(), List.copyOf(broken.getOrDefault(entry.getKey(), List.of()))))
                .toList();
    }
}
