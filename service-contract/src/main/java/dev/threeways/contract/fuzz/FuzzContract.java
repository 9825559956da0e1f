package dev.threeways.contract.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.threeways.contract.Backends;
import dev.threeways.contract.RunningService;
import dev.threeways.contract.ServiceUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Runs both fuzzers on the services of the project. System property {@code fuzz.seed} is the seed; {@code fuzz.minutes}
 * is the duration of both together, without the services' start.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Isolated("silence means something only where nobody else takes the CPU")
@ExtendWith(Backends.Resolver.class)
public abstract class FuzzContract {

    private static final long DEFAULT_SEED = 42;

    private static final String DEFAULT_MINUTES = "1";

    /** Timeouts that a machine busy for a second does not reach; the rest is as the services ship. */
    private static final Map<String, String> PATIENT = Map.of(
            "spring.datasource.hikari.connection-timeout", "10000",
            "spring.r2dbc.pool.max-acquire-time", "10s",
            "payment.connect-timeout", "10s");

    private final Map<String, HostilePaymentApi> apis = new LinkedHashMap<>();

    private final List<ServiceStack> stacks = new ArrayList<>();

    private int starts;

    /** How the services start. */
    protected abstract List<ServiceUnderTest> services();

    @BeforeAll
    void start(Backends backends) {
        for (ServiceUnderTest service : services()) {
            HostilePaymentApi api = new HostilePaymentApi();
            apis.put(service.name(), api);
            stacks.add(new ServiceStack(service.name(), () -> start(service, backends, api), api));
        }
        stacks.forEach(ServiceStack::awaitReady);
    }

    private RunningService start(ServiceUnderTest service, Backends backends, HostilePaymentApi api) {
        Map<String, String> settings = new LinkedHashMap<>(PATIENT);
        settings.put("payment.base-url", "http://127.0.0.1:" + api.port());
        return new RunningService(service, backends, "fuzz-" + ++starts, settings);
    }

    @AfterAll
    void stop() {
        stacks.forEach(ServiceStack::stop);
        apis.values().forEach(HostilePaymentApi::close);
    }

    @Test
    @DisplayName("Whatever a caller sends, the services do the same")
    void callers() {
        FuzzReport report = new CallerFuzz(List.copyOf(stacks), HostilePaymentApi::paymentId, KnownDifference.ALL,
                seed())
                .run(half());

        tell(report);
        assertThat(report.known()).as("known differences, and how often each was seen")
                .doesNotContainValue(0)
                .hasSizeLessThanOrEqualTo(KnownDifference.MOST);
    }

    @Test
    @DisplayName("Whatever the payment API replies, a payment is its caller's own, and the next is served well")
    void paymentApi() {
        tell(new PaymentApiFuzz(List.copyOf(stacks), apis, seed()).run(half()));
    }

    private static void tell(FuzzReport report) {
        System.out.println(report.summary());
        if (!report.failures().isEmpty()) {
            fail(report.complaint());
        }
    }

    private static long seed() {
        return Long.getLong("fuzz.seed", DEFAULT_SEED);
    }

    private static Duration half() {
        return Duration
                .ofMillis((long) (Double.parseDouble(System.getProperty("fuzz.minutes", DEFAULT_MINUTES)) * 30_000));
    }
}
