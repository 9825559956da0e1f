package dev.threeways.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaymentPlannerTests {

    private static final int DRAWS = 100_000;

    private static final Behaviour FAULTY = new Behaviour(50, 200, 1, 0.2, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05,
            false, false, 0);

    private final PaymentPlanner planner = new PaymentPlanner(1, FAULTY);

    /** Plans for keys as the load generator sends them. */
    private static List<PaymentPlan> plans(PaymentPlanner planner) {
        return IntStream.range(0, DRAWS).mapToObj(n -> planner.plan("1-" + n)).toList();
    }

    private static double[] sortedMillis(PaymentPlanner planner) {
        double[] millis = plans(planner).stream().mapToDouble(plan -> plan.latency().toNanos() / 1e6).toArray();
        Arrays.sort(millis);
        return millis;
    }

    @Test
    void whatHappensDependsOnSeedKeyAndBehaviourOnly() {
        assertThat(plans(new PaymentPlanner(1, FAULTY))).isEqualTo(plans(planner));
        assertThat(planner.paymentId("1-42")).isEqualTo(new PaymentPlanner(1, Behaviour.INSTANT).paymentId("1-42"));
    }

    /** Results of different versions of the simulator are comparable only if these never change. */
    @ParameterizedTest
    @CsvSource({"1, 1-0, PT0.097959543S, APPROVED, c65107fc-4c00-7b9b-0853-13b3793c04b0",
            "1, 1-1, PT0.077489819S, CLOSE, 74950b89-e264-b234-ca40-2be194ce977b",
            "7, 1-0, PT0.050127592S, APPROVED, 1fc756dc-b47a-3d4b-74a9-eb691fa12209"})
    void drawsAreThoseOfEarlierVersions(long seed, String key, Duration latency, SimulatedOutcome outcome, String id) {
        var seeded = new PaymentPlanner(seed, FAULTY);
        assertThat(seeded.plan(key)).isEqualTo(new PaymentPlan(latency, outcome));
        assertThat(seeded.paymentId(key)).isEqualTo(id);
    }

    @Test
    void anotherSeedGivesOtherDraws() {
        var others = plans(new PaymentPlanner(2, FAULTY));
        long equal = IntStream.range(0, DRAWS)
                .filter(n -> others.get(n).latency().equals(planner.plan("1-" + n).latency()))
                .count();
        assertThat(equal).isLessThan(DRAWS / 1_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, -7, Long.MAX_VALUE})
    void latenciesHaveTheGivenMedianAndP99(long seed) {
        double[] millis = sortedMillis(new PaymentPlanner(seed, Behaviour.HEALTHY));
        // standard errors of these quantiles of 100,000 draws: 0.24 % and 0.71 %
        assertThat(millis[DRAWS / 2]).isCloseTo(50, Percentage.withPercentage(1));
        assertThat(millis[DRAWS * 99 / 100]).isCloseTo(200, Percentage.withPercentage(3));
        // σ = ln(4) / 2.3263; the median of log-normal to the power z = -1.2816 is its 10th percentile
        assertThat(millis[DRAWS / 10]).isCloseTo(50 * Math.exp(-1.2816 * Math.log(4) / 2.3263),
                Percentage.withPercentage(1.5));
    }

    @Test
    void noLatencyIsBelowTheFloor() {
        var floor = Duration.ofMillis(40);
        var behaviour = Behaviour.HEALTHY.withLatency(Duration.ofMillis(50), Duration.ofMillis(200), floor);
        double[] millis = sortedMillis(new PaymentPlanner(1, behaviour));
        assertThat(millis[0]).isEqualTo(40);
        assertThat(millis[DRAWS / 2]).isCloseTo(50, Percentage.withPercentage(1));
    }

    @Test
    void latencyCanBeConstant() {
        var latency = Duration.ofMillis(50);
        var constant = new PaymentPlanner(1, Behaviour.HEALTHY.withLatency(latency, latency, Duration.ZERO));
        assertThat(plans(constant)).extracting(PaymentPlan::latency).containsOnly(latency);
        assertThat(plans(new PaymentPlanner(1, Behaviour.INSTANT))).extracting(PaymentPlan::latency)
                .containsOnly(Duration.ZERO);
    }

    @Test
    void noLatencyIsAboveTheMaximum() {
        var behaviour = Behaviour.HEALTHY.withLatency(Duration.ofSeconds(1), Behaviour.MAX_LATENCY,
                Duration.ofMillis(1));
        assertThat(sortedMillis(new PaymentPlanner(1, behaviour))[DRAWS - 1])
                .isEqualTo(Behaviour.MAX_LATENCY.toNanos() / 1e6);
    }

    @Test
    void outcomesHaveTheirRates() {
        var plans = plans(planner);
        FAULTY.rates().forEach((outcome, rate) -> assertShare(plans, outcome, rate));
        assertShare(plans, SimulatedOutcome.APPROVED, 0.4);
    }

    private static void assertShare(List<PaymentPlan> plans, SimulatedOutcome outcome, double rate) {
        double share = (double) plans.stream().filter(plan -> plan.outcome() == outcome).count() / plans.size();
        // four standard errors
        assertThat(share).as(outcome.id()).isCloseTo(rate, Offset.offset(4 * Math.sqrt(rate * (1 - rate) / DRAWS)));
    }

    @Test
    void rateOneIsAlwaysAndRateZeroNever() {
        var always = new PaymentPlanner(1, Behaviour.HEALTHY.withOnly(SimulatedOutcome.GARBAGE, 1));
        assertThat(plans(always)).extracting(PaymentPlan::outcome).containsOnly(SimulatedOutcome.GARBAGE);
        assertThat(plans(new PaymentPlanner(1, Behaviour.HEALTHY))).extracting(PaymentPlan::outcome)
                .containsOnly(SimulatedOutcome.APPROVED);
    }

    @Test
    void latencyAndOutcomeAreIndependent() {
        var plans = plans(planner);
        double medianOfDeclined = plans.stream()
                .filter(plan -> plan.outcome() == SimulatedOutcome.DECLINED)
                .mapToLong(plan -> plan.latency().toNanos())
                .sorted()
                .skip(plans.size() / 10)
                .findFirst()
                .orElseThrow()
                / 1e6;
        assertThat(medianOfDeclined).isCloseTo(50, Percentage.withPercentage(2));
    }

    @Test
    void neighbouringKeysAreUnrelated() {
        double[] logs = plans(planner).stream()
                .mapToDouble(plan -> Math.log(plan.latency().toNanos() / 50e6))
                .toArray();
        double products = 0;
        double squares = 0;
        for (int i = 1; i < logs.length; i++) {
            products += logs[i] * logs[i - 1];
            squares += logs[i] * logs[i];
        }
        assertThat(products / squares).as("autocorrelation").isCloseTo(0, within(4 / Math.sqrt(DRAWS)));
    }

    @Test
    void everyKeyHasAnIdOfItsOwn() {
        var ids = new HashSet<String>();
        for (int n = 0; n < DRAWS; n++) {
            ids.add(planner.paymentId("1-" + n));
        }
        assertThat(ids).hasSize(DRAWS).doesNotContain(new PaymentPlanner(2, FAULTY).paymentId("1-0"));
    }
}
