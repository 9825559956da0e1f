package dev.threeways.contract.rules;

import static dev.threeways.contract.RunningService.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.contract.Backends;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.RunningService;
import dev.threeways.contract.ServiceUnderTest;
import dev.threeways.simulator.Behaviour;
import dev.threeways.simulator.PaymentSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * State that the groups of rules share in one run of the contract: the backends, the started services, and the
 * assertions about all payments.
 *
 * <p>A start takes seconds, so there are few, made when the first rule needs them. One has the settings the service
 * ships with. Others have limits that a test can reach, or timeouts that a cold JVM on a busy machine does not reach,
 * or sign payments.
 */
final class ContractRun implements AutoCloseable {

    /** The requests in flight that {@link #tight()} permits. */
    static final int TIGHT_LIMIT = 8;

    static final int SIGNING_ITERATIONS = 100;

    static final String SIGNING_SECRET = "known to the payment API";

    private static final Path LONGEST_ACCEPT_QUEUE = Path.of("/proc/sys/net/core/somaxconn");

    final ServiceUnderTest service;

    final Backends backends;

    final PaymentSimulator simulator;

    private @Nullable RunningService standard;

    private @Nullable RunningService tight;

    private @Nullable RunningService patient;

    private final List<RunningService> signing = new ArrayList<>();

    private final AtomicInteger keys = new AtomicInteger();

    ContractRun(ServiceUnderTest service, Backends backends) {
        this.service = service;
        this.backends = backends;
        simulator = backends.simulator();
    }

    /** The service as it ships. */
    RunningService standard() {
        RunningService running = standard;
        if (running == null) {
            running = start("standard", Map.of());
            standard = running;
            running.awaitReady();
        }
        return running;
    }

    /** A start with a pool of one connection, half a second to wait for it, and at most eight requests in flight. */
    RunningService tight() {
        RunningService running = tight;
        if (running == null) {
            running = start("tight", Map.of(
                    "spring.datasource.hikari.maximum-pool-size", "1",
                    "spring.datasource.hikari.minimum-idle", "1",
                    "spring.datasource.hikari.connection-timeout", "500",
                    "spring.datasource.hikari.validation-timeout", "250",
                    "spring.r2dbc.pool.initial-size", "1",
                    "spring.r2dbc.pool.min-idle", "1",
                    "spring.r2dbc.pool.max-size", "1",
                    "spring.r2dbc.pool.max-acquire-time", "500ms",
                    "requests.max-in-flight", Integer.toString(TIGHT_LIMIT)));
            tight = running;
            running.awaitReady();
        }
        return running;
    }

    /** A start with time for rules in which something is slow but must not be too slow. */
    RunningService patient() {
        RunningService running = patient;
        if (running == null) {
            running = start("patient", Map.of(
                    "spring.datasource.hikari.connection-timeout", "10000",
                    "spring.r2dbc.pool.max-acquire-time", "10s",
                    "payment.connect-timeout", "10s",
                    "payment.response-timeout", "15s"));
            patient = running;
            running.awaitReady();
        }
        return running;
    }

    /** Starts that sign payments; where a service can do that in two ways, one start for each. */
    List<RunningService> signing() {
        if (signing.isEmpty()) {
            startSigning(false);
            if (service.has(ServiceUnderTest.Difference.SIGNS_BESIDE_EVENT_LOOPS)) {
                startSigning(true);
            }
        }
        return signing;
    }

    private void startSigning(boolean offload) {
        RunningService running = start(offload ? "signing-offload" : "signing",
                Map.of("payment.signing.iterations", Integer.toString(SIGNING_ITERATIONS),
                        "payment.signing.secret", SIGNING_SECRET,
                        "payment.signing.offload", Boolean.toString(offload)));
        signing.add(running);
        running.awaitReady();
    }

    /**
     * A start of the caller's own, which the caller closes.
     *
     * @param label tells the starts of one run apart
     * @param settings by Boot's property names; the rest is as the service ships
     */
    RunningService start(String label, Map<String, String> settings) {
        return new RunningService(service, backends, label, settings);
    }

    /** The shared starts so far. */
    List<RunningService> started() {
        return Stream.concat(Stream.of(standard, tight, patient).filter(Objects::nonNull), signing.stream()).toList();
    }

    /** Undoes the last rule's changes to the network and to the payment API. */
    void repairEverything() {
        simulator.behaviour(Behaviour.INSTANT);
        for (RunningService running : started()) {
            running.payments.open();
            running.database.open();
        }
    }

    @Override
    public void close() {
        started().forEach(RunningService::close);
    }

    /** An idempotency key that no other request has. */
    String key() {
        return service.name() + "-" + keys.incrementAndGet();
    }

    /** Asserts that simulator and wire know one payment: begun once, received once. */
    void assertOneExchange(RunningService running, String key) {
        assertThat(running.exchanges.begun(key)).as("exchanges begun under " + key).hasSize(1);
        assertThat(simulator.calls(key)).as("payments received under " + key).isEqualTo(1);
    }

    void assertNoExchange(RunningService running, String key) {
        assertThat(running.exchanges.begun(key)).as("exchanges begun under " + key).isEmpty();
        assertThat(simulator.calls(key)).as("payments received under " + key).isZero();
    }

    /** Asserts that the requests never reach the handler. */
    void assertNotHandled(RunningService running, Runnable requests) {
        int begun = running.exchanges.begun();
        assertThat(running.linesOf(requests)).as("payment lines").isEmpty();
        assertThat(running.exchanges.begun()).as("exchanges").isEqualTo(begun);
    }

    void assertPays(RunningService running) {
        String key = key();
        assertThat(running.send(HttpCall.payment(42).key(key)).status()).isEqualTo(200);
        assertOneExchange(running, key);
    }

    /** Waits until the service works again, without a restart. */
    void awaitPays(RunningService running) {
        await("a payment by " + running.process).atMost(SOON)
                .until(() -> running.send(HttpCall.payment(42).key(key())).status() == 200);
    }

    /** The kernel's limit; 0 where it does not tell. */
    static int longestAcceptQueue() throws IOException {
        return Files.isReadable(LONGEST_ACCEPT_QUEUE)
                ? Integer.parseInt(Files.readAllLines(LONGEST_ACCEPT_QUEUE).getFirst()) // in one read: it has no second
                : 0;
    }
}
