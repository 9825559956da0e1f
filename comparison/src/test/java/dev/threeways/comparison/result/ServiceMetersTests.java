package dev.threeways.comparison.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.threeways.comparison.observe.Actuator;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ServiceMetersTests {

    private static ServiceMeters meters(double paySeconds, int payments) {
        return Actuator.of(
                new JsonMapper().readTree(
                        """
                                {"threads": {"request-worker": {"waiting": 90, "runnable": 10}, "acceptor": {"runnable": 1}},
                                 "threadStacks": {"roles": {"request-worker": {"threads": 100, "reservedBytes": 5, "residentBytes": 300},
                                                  "acceptor": {"threads": 1, "reservedBytes": 5, "residentBytes": 7}}, "committedBytes": 9},
                                 "resources": {"requests": {"used": 3, "limit": 1000}, "event-loops": {"used": 2}},
                                 "bounds": {"payment-exchange-millis": 2000}}
                                """),
                String.format(Locale.ROOT, """
                        # HELP requests_stage_seconds Time of a request at a stage
                        requests_stage_seconds_bucket{stage="pay",le="0.1"} 3
                        requests_stage_seconds_count{stage="pay"} %d
                        requests_stage_seconds_sum{stage="pay"} %s
                        requests_stage_seconds_count{stage="log"} 0
                        requests_stage_seconds_sum{stage="log"} 0.0
                        """, payments, paySeconds));
    }

    @Test
    void beforeAnythingThereAreLimitsAndNoRequests() {
        ServiceMeters after = meters(1.5, 30);
        ServiceMeters before = after.beforeAnything();
        assertThat(before.limits()).isEqualTo(after.limits());
        assertThat(before.used()).isEmpty();
        assertThat(after.stageMillisSince(before)).isEqualTo(Map.of("pay", 50.0));
        assertThat(after.unlike(before)).isEmpty();
    }

    @Test
    void readsWhatAServiceTells() {
        ServiceMeters meters = meters(1.5, 30);
        assertThat(meters.limits()).isEqualTo(Map.of("requests", 1_000L, "payment-exchange-millis", 2_000L));
        assertThat(meters.used()).isEqualTo(Map.of("requests", 3L, "event-loops", 2L));
        assertThat(meters.threads()).isEqualTo(Map.of("request-worker", 100, "acceptor", 1));
        assertThat(meters.stackResidentBytes()).isEqualTo(307);
    }

    @Test
    void stagesAreThoseOfTheRequestsInBetween() {
        Map<String, Double> millis = meters(1.5, 30).stageMillisSince(meters(1.0, 20));
        assertThat(millis).containsOnlyKeys("pay");
        assertThat(millis.get("pay")).isEqualTo(50, within(1e-9));
    }

    /** A query that timed out must not look like a service that holds nothing. */
    @Test
    void whoTellsOnlyOnceIsAProblem() throws InterruptedException {
        ServiceMeters nothing = Actuator.read(URI.create("http://127.0.0.1:1"));
        assertThat(nothing.unlike(meters(1.5, 30))).get()
                .asString()
                .contains("something before the window and nothing after it");
        assertThat(meters(1.5, 30).unlike(nothing)).get()
                .asString()
                .contains("nothing before the window and something after it");
        assertThat(meters(1.5, 30).unlike(meters(1.0, 20))).isEmpty();
        assertThat(nothing.unlike(nothing)).isEmpty();
        ServiceMeters without = Actuator.of(new JsonMapper().readTree("{}"), "");
        assertThat(without.unlike(nothing)).as("Actuator without any of it").isEmpty();
    }

    @Test
    void whoDoesNotTellIsAskedInVain() throws InterruptedException {
        assertThat(Actuator.read(URI.create("http://127.0.0.1:1")).limits()).isEmpty();
    }
}
