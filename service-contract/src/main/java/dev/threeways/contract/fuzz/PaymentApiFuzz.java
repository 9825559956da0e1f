package dev.threeways.contract.fuzz;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.fuzz.Ledgers.Line;
import dev.threeways.contract.fuzz.Reply.Promise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import org.jspecify.annotations.Nullable;

/**
 * Makes the payment API send wrong replies, and watches that payment and the next ones. Each service has a payment API
 * of its own, since the keys are the same for all of them.
 */
final class PaymentApiFuzz extends Fuzzer<ApiScript> {

    private static final int BATCH = 128;

    /** Several would share connections to the payment API. */
    private static final int SHRUNK_AT_ONCE = 1;

    private static final int MOST_SUSPECTS = 8;

    private static final int MOST_CLEANSINGS = 5;

    /** Scripts at a time on each stack. */
    private static final int LANES = 24;

    private static final int WARM_UP_BATCHES = 2;

    private static final int FIRST_REPLY = 1;

    /** Payments after the last reply, on the same connections as those before. */
    private static final int FOLLOWERS = 2;

    private static final int FIRST_FOLLOWER = 8;

    /** Longer than any service may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * No reply is read up to here. A service reads far less at most; the rest is in the kernel's buffers, whose largest
     * is 6 MiB on Linux.
     */
    private static final long MOST_READ_BYTES = 12L << 20;

    private static final Set<Integer> STATUSES = Set.of(200, 402, 502, 504);

    /**
     * Statuses that are excusable for a good payment in a batch. Another script's bytes may arrive just when its
     * connection is used again.
     */
    private static final Set<Integer> FAILED = Set.of(502, 504);

    private final List<Stack> stacks;

    private final Map<String, HostilePaymentApi> apis;

    private final StatusTable statuses;

    private int executions;

    /** @param apis by the name of the stack that calls it */
    PaymentApiFuzz(List<Stack> stacks, Map<String, HostilePaymentApi> apis, long seed) {
        super(seed, BATCH, SHRUNK_AT_ONCE);
        this.stacks = stacks;
        this.apis = apis;
        this.statuses = new StatusTable(stacks.stream().map(Stack::name).toList());
    }

    /** @param answer null if there was none */
    private record Payment(String key, @Nullable Reply reply, @Nullable HttpAnswer answer, long written) {}

    @Override
    List<Arbitrary<ApiScript>> scripts() {
        return ReplyMutations.all().stream().map(ApiScript::with).toList();
    }

    @Override
    Set<String> features(ApiScript script) {
        return script.features();
    }

    @Override
    FuzzReport report(long seed, int scripts, Duration took, int excused, List<FuzzReport.Failure> failures) {
        return new FuzzReport("Payment API", seed, scripts, took, statuses, Map.of(), excused, failures);
    }

    @Override
    void warmUp() {
        for (int i = 0; i < WARM_UP_BATCHES; i++) {
            var _ = follow(Collections.nCopies(BATCH, new ApiScript(List.of(Reply.well()))), false);
        }
    }

    @Override
    List<Finding<ApiScript>> follow(List<ApiScript> scripts, boolean counted) {
        int first = executions;
        executions += scripts.size();
        List<Callable<List<Finding<ApiScript>>>> all = new ArrayList<>();
        for (Stack stack : stacks) {
            all.add(() -> follow(scripts, first, stack, counted));
        }
        List<Finding<ApiScript>> findings = inParallel(all, stacks.size()).stream().flatMap(List::stream).toList();
        if (!findings.isEmpty()) {
            cleanse();
        }
        return findings;
    }

    private List<Finding<ApiScript>> follow(List<ApiScript> scripts, int first, Stack stack, boolean counted)
            throws InterruptedException {
        HostilePaymentApi api = Objects.requireNonNull(apis.get(stack.name()));
        List<Callable<List<Payment>>> lanes = new ArrayList<>();
        for (int i = 0; i < scripts.size(); i++) {
            ApiScript script = scripts.get(i);
            int execution = first + i;
            lanes.add(() -> pay(script, execution, stack, api));
        }
        List<List<Payment>> payments = inParallel(lanes, LANES);
        Map<String, List<ApiScript>> suspects = new HashMap<>();
        for (int i = 0; i < scripts.size(); i++) {
            for (Payment payment : payments.get(i)) {
                suspects.put(payment.key(), suspects(payment.key(), scripts, first, api));
            }
        }
        Ledgers ledgers = stack.settle();
        Set<String> ids = new HashSet<>();
        payments.forEach(each -> each.forEach(payment -> {
            ids.add(HostilePaymentApi.paymentId(payment.key()));
            ids.add(HostilePaymentApi.paymentId(HostilePaymentApi.otherKey(payment.key())));
        }));
        Map<String, List<Line>> lines = ledgers.lines()
                .stream()
                .filter(line -> line.key() != null)
                .collect(Collectors.groupingBy(line -> String.valueOf(line.key())));
        Map<String, Long> exchanges = ledgers.exchanges()
                .stream()
                .collect(Collectors.groupingBy(key -> key, Collectors.counting()));
        List<Finding<ApiScript>> findings = new ArrayList<>();
        for (int i = 0; i < scripts.size(); i++) {
            for (Payment payment : payments.get(i)) {
                check(suspects.getOrDefault(payment.key(), List.of()), payment, stack.name(),
                        lines.getOrDefault(payment.key(), List.of()),
                        exchanges.getOrDefault(payment.key(), 0L), ids, findings);
                if (counted) {
                    count(payment, stack.name());
                }
            }
        }
        ledgers.errors()
                .forEach(error -> findings
                        .add(new Finding<>("faults of others are no errors", stack.name() + " logged " + error, false,
                                List.of())));
        return findings;
    }

    @Override
    void restart() {
        stacks.forEach(Stack::restart);
    }

    @Override
    boolean isWell() {
        return follow(List.of(new ApiScript(List.of(Reply.well()))), false).isEmpty();
    }

    /** The script itself, and those that used the payment's connection before: one of them may have poisoned it. */
    private static List<ApiScript> suspects(String key, List<ApiScript> scripts, int first, HostilePaymentApi api) {
        List<ApiScript> suspects = new ArrayList<>();
        for (String one = key; !one.isEmpty() && suspects.size() < MOST_SUSPECTS; one = api.predecessor(one)) {
            int index = Observation.executionOf(one) - first;
            if (index >= 0 && index < scripts.size() && !suspects.contains(scripts.get(index))) {
                suspects.add(scripts.get(index));
            }
        }
        return suspects;
    }

    /**
     * Makes each service discard its connections to the payment API: a poisoned one would show in unrelated scripts.
     */
    private void cleanse() {
        List<Callable<Ledgers>> all = new ArrayList<>();
        for (Stack stack : stacks) {
            all.add(() -> {
                Objects.requireNonNull(apis.get(stack.name())).disconnect();
                List<Callable<Integer>> lanes = Collections.nCopies(LANES, () -> payPlainly(stack.port()));
                for (int i = 0; i < MOST_CLEANSINGS
                        && !inParallel(lanes, LANES).stream().allMatch(status -> status == 200); i++) {
                } // each payment that fails removes a connection
                return stack.settle();
            });
        }
        var _ = inParallel(all, stacks.size());
    }

    private static int payPlainly(int port) {
        Caller caller = new Caller(port);
        HttpAnswer answer = caller.pay("cleansing");
        caller.close();
        return answer == null ? 0 : answer.status();
    }

    /** One caller's payments, over one connection as long as the service keeps it. */
    private static List<Payment> pay(ApiScript script, int execution, Stack stack, HostilePaymentApi api)
            throws InterruptedException {
        List<Payment> payments = new ArrayList<>();
        Caller caller = new Caller(stack.port());
        try {
            for (int i = 0; i < script.replies().size(); i++) {
                String key = key(execution, FIRST_REPLY + i);
                Reply reply = script.replies().get(i);
                api.script(key, reply);
                HttpAnswer answer = caller.pay(key);
                payments.add(new Payment(key, reply, answer, api.awaitReplied(key, PATIENCE)));
                api.forget(key);
            }
            for (int i = 0; i < FOLLOWERS; i++) {
                String key = key(execution, FIRST_FOLLOWER + i);
                payments.add(new Payment(key, null, caller.pay(key), 0));
            }
        } finally {
            caller.close();
        }
        return payments;
    }

    private static String key(int execution, int number) {
        return String.format(Locale.ROOT, "f%08d-%02d", execution, number);
    }

    private static final class Caller {

        private final int port;

        private @Nullable HttpConnection connection;

        Caller(int port) {
            this.port = port;
        }

        @Nullable
        HttpAnswer pay(String key) {
            try {
                HttpConnection open = connection;
                if (open == null) {
                    open = HttpConnection.open(port, PATIENCE);
                    connection = open;
                }
                open.send(
                        ("POST /orders/42/payment HTTP/1.1\r\nHost: 127.0.0.1\r\nIdempotency-Key: " + key + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                return open.read("POST");
            } catch (IOException | NumberFormatException _) {
                close();
                return null;
            }
        }

        void close() {
            try {
                if (connection != null) {
                    connection.close();
                }
            } catch (IOException _) {
                // it is gone
            }
            connection = null;
        }
    }

    private static void check(List<ApiScript> suspects, Payment payment, String stack, List<Line> lines,
            long exchanges,
            Set<String> ids, List<Finding<ApiScript>> findings) {
        HttpAnswer answer = payment.answer();
        Reply reply = payment.reply();
        if (answer == null) {
            findings.add(new Finding<>("each payment is answered", stack + " did not answer", false, suspects));
            return;
        }
        int status = answer.status();
        String seen = stack + " answered " + Observation.Response.of(answer) + ", lines " + lines;
        String own = HostilePaymentApi.paymentId(payment.key());
        String id = Observation.paymentId(answer);
        boolean anothers = !id.equals(own) && ids.contains(id);
        if (anothers || lines.stream()
                .anyMatch(line -> line.paymentId() != null && !line.paymentId().equals(own)
                        && ids.contains(line.paymentId()))) {
            findings.add(new Finding<>("no payment is another's", seen, false, suspects));
        }
        boolean lost = mayBeLost(suspects) && exchanges <= 1 && lines.size() == 1
                && lines.getFirst().outcome().equals("payment-connection-lost") && agree(answer, lines.getFirst());
        if (reply == null) {
            if (!lost && (status != 200 || !id.equals(own))) {
                findings.add(new Finding<>("the next payment is served well", seen, FAILED.contains(status), suspects));
            }
        } else {
            if (!STATUSES.contains(status)) {
                findings.add(new Finding<>("the fault is the payment API's", seen, false, suspects));
            } else if (!lost && reply.promise() == Promise.PAID && reply.kinds().size() <= 1
                    && (status != 200 || !id.equals(own))) { // two mutations may add up to a bad answer
                findings.add(new Finding<>("a good answer is accepted", seen, FAILED.contains(status), suspects));
            } else if (reply.promise() == Promise.FAILED && !FAILED.contains(status)) {
                findings.add(new Finding<>("a bad answer is not accepted", seen, false, suspects));
            }
            if (payment.written() < 0) {
                findings.add(new Finding<>("a connection is not held for ever", seen, false, suspects));
            } else if (payment.written() > MOST_READ_BYTES) {
                findings.add(new Finding<>("no answer is read without end",
                        stack + " took " + (payment.written() >> 20) + " MiB of it", false, suspects));
            }
        }
        if (!lost && (exchanges != 1 || lines.size() != 1)) {
            findings.add(new Finding<>("a payment is one exchange and one line", stack + " has " + exchanges
                    + " exchanges and " + lines.size() + " lines",
                    exchanges == 0 && lines.size() == 1 && FAILED.contains(status), suspects));
        } else if (!agree(answer, lines.getFirst())) {
            findings.add(new Finding<>("answer and line say the same", seen, false, suspects));
        }
    }

    /**
     * C-4.3 and C-4.5: the next payment on a connection may be the first to notice that it was closed without notice.
     */
    private static boolean mayBeLost(List<ApiScript> suspects) {
        return suspects.stream()
                .flatMap(script -> script.replies().stream())
                .anyMatch(reply -> reply.ending() != Reply.Ending.KEEP);
    }

    private static boolean agree(HttpAnswer answer, Line line) {
        return switch (answer.status()) {
            case 200 -> line.outcome().equals("paid") && Observation.isIn(answer, line.paymentId());
            case 402 -> line.outcome().equals("declined");
            default -> answer.body().contains(":" + line.outcome() + "\"");
        };
    }

    private void count(Payment payment, String stack) {
        List<String> kinds = payment.reply() == null ? List.of("(well)") : payment.reply().kinds();
        String status = payment.answer() == null ? "none" : Integer.toString(payment.answer().status());
        (kinds.isEmpty() ? List.of("(well)") : kinds).forEach(kind -> statuses.add(kind, stack, status));
    }
}
