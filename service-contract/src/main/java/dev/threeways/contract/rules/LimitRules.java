package dev.threeways.contract.rules;

import static dev.threeways.contract.HttpCall.path;
import static dev.threeways.contract.RunningService.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpCall;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.RunningService;
import dev.threeways.simulator.Behaviour;
import dev.threeways.simulator.SimulatedOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** C-7: the limit of requests in flight, and the queue before it. */
abstract class LimitRules {

    private final ContractRun run;

    LimitRules(ContractRun run) {
        this.run = run;
    }

    @Test
    @Tag("C-7.1")
    @DisplayName("C-7.1 Above the limit, 503 with Retry-After at once; below it again, the service accepts again")
    void shed() throws IOException {
        RunningService service = run.tight();
        run.simulator.behaviour(Behaviour.INSTANT.withOnly(SimulatedOutcome.HANG, 1));
        List<String> inFlight = new ArrayList<>();
        List<HttpConnection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < ContractRun.TIGHT_LIMIT; i++) {
                String key = run.key();
                inFlight.add(key);
                connections.add(service.connect());
                connections.getLast().send(service.noted(HttpCall.payment(i + 1).key(key)));
                await().atMost(SOON).until(() -> run.simulator.calls(key) == 1);
            }
            String shed = run.key();

            HttpAnswer answer = service.send(HttpCall.payment(42).key(shed));

            assertThat(answer).isEqualTo(Expected.overloaded(shed, path(42)));
            assertThat(connections.getLast().hasAnswer()).as("others are still in flight").isFalse();
            assertThat(service.line(shed).outcome()).isEqualTo("overloaded");
            run.assertNoExchange(service, shed);
            for (int i = 0; i < ContractRun.TIGHT_LIMIT; i++) {
                assertThat(connections.get(i).read("POST"))
                        .isEqualTo(Expected.paymentTimedOut(inFlight.get(i), path(i + 1)));
                run.assertOneExchange(service, inFlight.get(i));
            }
        } finally {
            for (HttpConnection connection : connections) {
                connection.close();
            }
        }
        run.simulator.behaviour(Behaviour.INSTANT);
        run.assertPays(service);
    }

    @Test
    @Tag("C-7.2")
    @DisplayName("C-7.2 As many new connections wait while the process gets no CPU, and all are answered")
    void burst() throws Exception {
        RunningService service = run.patient();
        int burst = service.waiting().at("/requests/limit").intValue();
        assumeTrue(ContractRun.longestAcceptQueue() >= burst, "the system lets fewer wait");
        List<String> sent = new ArrayList<>();
        List<HttpConnection> connections = new ArrayList<>();
        try {
            service.signal("STOP");
            try {
                for (int i = 0; i < burst; i++) {
                    sent.add(run.key());
                    connections.add(service.connect());
                    connections.getLast().send(service.noted(HttpCall.payment("burst").key(sent.getLast())));
                }
            } finally {
                service.signal("CONT");
            }
            for (HttpConnection connection : connections) {
                assertThat(connection.read("POST").status()).isEqualTo(400);
            }
        } finally {
            for (HttpConnection connection : connections) {
                connection.close();
            }
        }
        assertThat(sent)
                .allSatisfy(key -> assertThat(service.line(key).outcome()).isEqualTo("invalid-order-id"));
        run.assertPays(service);
    }
}
