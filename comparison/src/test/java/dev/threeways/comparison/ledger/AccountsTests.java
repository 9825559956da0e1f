package dev.threeways.comparison.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.result.Result.Balance;
import dev.threeways.comparison.result.Result.Violation;
import dev.threeways.gatling.RequestClass;
import dev.threeways.gatling.RequestLog;
import dev.threeways.gatling.RequestPhase;
import dev.threeways.gatling.RequestRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Each broken rule must be found, and nothing else. */
class AccountsTests {

    private final List<RequestRecord> requests = new ArrayList<>();

    private final Map<String, List<String>> lines = new HashMap<>();

    private final Map<String, PaymentCalls.Call> calls = new HashMap<>();

    private long linesWithoutKey;

    private int planned;

    private boolean complete = true;

    private boolean signed;

    /** @return the request's key */
    private String request(RequestClass requestClass, int status) {
        long n = planned++;
        requests.add(new RequestRecord(n, RequestPhase.MEASURE, "7-" + n, OptionalLong.of(0), OptionalLong.of(0),
                OptionalLong.of(1), requestClass, status, 0));
        return "7-" + n;
    }

    private String paid() {
        String key = request(RequestClass.OK, 200);
        lines.put(key, List.of("paid"));
        calls.put(key, new PaymentCalls.Call("approved", 1));
        return key;
    }

    private String answered(int status, String logged) {
        String key = request(RequestClass.STATUS, status);
        lines.put(key, List.of(logged));
        return key;
    }

    private Balance balance() {
        RequestLog client = new RequestLog(0, 7, planned, OptionalLong.of(0), OptionalLong.of(1), requests);
        return Accounts.balance(client, new ServiceLedger(lines, linesWithoutKey),
                Optional.of(new PaymentCalls(calls, complete)), signed);
    }

    private List<String> broken() {
        return balance().violations().stream().map(Violation::rule).toList();
    }

    @Test
    void everythingThatMayHappenBalances() {
        paid();
        RequestRecord warmUp = requests.removeLast();
        requests.add(new RequestRecord(1_000_000_000L, RequestPhase.WARM_UP, warmUp.key(), warmUp.intendedMicros(),
                warmUp.startMicros(), warmUp.endMicros(), RequestClass.OK, 200, 0));
        planned = 0;
        requests.replaceAll(r -> new RequestRecord(r.n(), r.phase(), "7-1000000000", r.intendedMicros(),
                r.startMicros(), r.endMicros(), r.requestClass(), r.status(), 0));
        lines.put("7-1000000000", lines.remove("7-0"));
        calls.put("7-1000000000", calls.remove("7-0"));

        paid();
        calls.put(answered(402, "declined"), new PaymentCalls.Call("declined", 1));
        calls.put(answered(502, "payment-error-status"), new PaymentCalls.Call("error", 1));
        calls.put(answered(502, "payment-invalid-answer"), new PaymentCalls.Call("garbage", 1));
        calls.put(answered(502, "payment-connection-lost"), new PaymentCalls.Call("reset", 1));
        answered(502, "payment-connection-lost"); // reset before the call was received
        answered(502, "payment-connection-refused");
        calls.put(answered(504, "payment-timed-out"), new PaymentCalls.Call("hang", 1));
        answered(504, "payment-timed-out"); // while connecting
        answered(503, "overloaded");
        answered(503, "orders-unavailable");
        answered(404, "order-not-found");
        request(RequestClass.REFUSED, 0);
        request(RequestClass.NEVER_SENT, 0);
        request(RequestClass.STATUS, 431); // rejected before the handler
        request(RequestClass.RESET, 0); // reset before the handler
        String hungUp = request(RequestClass.TIMEOUT, 0); // timed out in the handler
        lines.put(hungUp, List.of("paid"));
        calls.put(hungUp, new PaymentCalls.Call("approved", 1));

        Balance balance = balance();
        assertThat(balance.violations()).isEmpty();
        assertThat(balance.violations()).isEmpty();
        assertThat(balance.planned()).isEqualTo(18);
        assertThat(balance.sent()).isEqualTo(17);
        assertThat(balance.logLines()).isEqualTo(14);
        assertThat(balance.exchanges()).isEqualTo(11);
        assertThat(balance.exchangesRefused()).isEqualTo(1);
        assertThat(balance.exchangesUncertain()).isEqualTo(4);
        assertThat(balance.simulatorCalls()).isEqualTo(8);
    }

    @Test
    void a1RequestMissing() {
        paid();
        planned++;
        assertThat(balance().violations()).singleElement()
                .satisfies(violation -> assertThat(violation.examples()).containsExactly("request 1 is missing"))
                .extracting(Violation::rule)
                .isEqualTo("A1");
    }

    @Test
    void a1RequestTwice() {
        paid();
        requests.add(requests.getFirst());
        assertThat(broken()).containsExactly("A1");
    }

    @Test
    void a2LineMissing() {
        lines.remove(paid());
        calls.clear();
        assertThat(broken()).containsExactly("A2");
    }

    @Test
    void a3TwoLines() {
        lines.put(paid(), List.of("paid", "paid"));
        assertThat(broken()).containsExactly("A3");
    }

    @Test
    void a4LineOfARequestThatWasNeverSent() {
        lines.put(request(RequestClass.NEVER_SENT, 0), List.of("overloaded"));
        assertThat(broken()).containsExactly("A4");
    }

    @Test
    void a4LineOfARequestThatWasRefused() {
        lines.put(request(RequestClass.REFUSED, 0), List.of("overloaded"));
        assertThat(broken()).containsExactly("A4");
    }

    @Test
    void a4LineOfNobodysRequest() {
        lines.put("7-99", List.of("order-not-found"));
        assertThat(broken()).containsExactly("A4");
    }

    @Test
    void a4LineWithoutKey() {
        linesWithoutKey = 3;
        assertThat(balance().violations()).singleElement()
                .satisfies(violation -> assertThat(violation.count()).isEqualTo(3))
                .extracting(Violation::rule)
                .isEqualTo("A4");
    }

    @Test
    void a5AnsweredOkButLoggedAsFailed() {
        String key = paid();
        lines.put(key, List.of("payment-timed-out"));
        assertThat(broken()).containsExactly("A5");
    }

    @Test
    void a5OutcomeNobodyKnows() {
        lines.put(request(RequestClass.OK, 200), List.of("fine"));
        assertThat(broken()).containsExactly("A5");
    }

    @Test
    void a6CallMissing() {
        calls.remove(paid());
        assertThat(broken()).containsExactly("A6");
    }

    @Test
    void a7CallOfARequestThatWasShed() {
        calls.put(answered(503, "overloaded"), new PaymentCalls.Call("approved", 1));
        assertThat(broken()).containsExactly("A7");
    }

    @Test
    void a7CallOfARefusedExchange() {
        calls.put(answered(502, "payment-connection-refused"), new PaymentCalls.Call("approved", 1));
        assertThat(broken()).containsExactly("A7");
    }

    @Test
    void a7CallOfNobodysRequest() {
        calls.put("7-99", new PaymentCalls.Call("approved", 1));
        assertThat(broken()).containsExactly("A7");
    }

    @Test
    void a8CalledTwice() {
        calls.put(paid(), new PaymentCalls.Call("approved", 2));
        assertThat(broken()).containsExactly("A8");
    }

    @Test
    void a8RetriedAfterALostConnection() {
        calls.put(answered(502, "payment-connection-lost"), new PaymentCalls.Call("reset", 2));
        assertThat(broken()).containsExactly("A8");
    }

    @Test
    void a9PaidButDeclined() {
        calls.put(paid(), new PaymentCalls.Call("declined", 1));
        assertThat(broken()).containsExactly("A9");
    }

    @Test
    void a10BookWasFull() {
        paid();
        complete = false;
        assertThat(broken()).containsExactly("A10");
    }

    @Test
    void a11CalledWithoutASignature() {
        signed = true;
        paid();
        calls.put(paid(), new PaymentCalls.Call("approved", 1, true));
        assertThat(balance().violations()).singleElement()
                .satisfies(violation -> assertThat(violation.examples()).containsExactly("7-1: called approved"))
                .extracting(Violation::rule)
                .isEqualTo("A11");
    }

    @Test
    void a11WhereNothingIsToBeSigned() {
        calls.put(paid(), new PaymentCalls.Call("approved", 1, true));
        assertThat(broken()).isEmpty();
    }

    @Test
    void withoutThePaymentApisBookItsRulesAreNotChecked() {
        calls.remove(paid());
        RequestLog client = new RequestLog(0, 7, planned, OptionalLong.of(0), OptionalLong.of(1), requests);
        Balance balance = Accounts.balance(client, new ServiceLedger(lines, 0), Optional.empty(), true);
        assertThat(balance.violations()).isEmpty();
        assertThat(balance.simulatorCalls()).isNull();
    }

    @Test
    void namesAFewExamplesAndCountsAll() {
        for (int i = 0; i < 20; i++) {
            calls.remove(paid());
        }
        Violation violation = balance().violations().getFirst();
        assertThat(violation.count()).isEqualTo(20);
        assertThat(violation.examples()).hasSize(5).allMatch(example -> example.matches("7-\\d+: \\[paid]"));
        assertThat(violation).hasToString("A6: a payment was begun, but the payment API has no call, 20 times, such as "
                + String.join("; ", violation.examples()));
    }
}
