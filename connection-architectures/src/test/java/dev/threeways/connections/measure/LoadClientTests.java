package dev.threeways.connections.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.threeways.lab.process.ProcessFigures;
import dev.threeways.connections.Architecture;
import dev.threeways.connections.ConnectionServer;
import dev.threeways.connections.Endpoints;
import dev.threeways.connections.ServerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import tools.jackson.databind.json.JsonMapper;

/** The load client has every request in its outcome once, and counts latency from when it was due. */
class LoadClientTests {

    private final ConnectionServer[] own = new ConnectionServer[1];

    private final ConnectionServer server = Architecture.SOCKET_SHARDED.server(ServerSettings.defaults(),
            new Endpoints(() -> own[0].stats()));

    @BeforeEach
    void start() throws IOException {
        own[0] = server;
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: here\r\n\r\n";
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void holdsConnectionsAndUsesEach() throws IOException {
        try (LoadClient client = new LoadClient(0)) {
            assertThat(client.connect(server.port(), 300, 20)).isEqualTo(300);
            assertThat(client.open()).isEqualTo(300);
            Outcome outcome = client.useEach(get("/echo"), 16);
            assertThat(outcome.ok()).isEqualTo(300);
            assertThat(outcome.errors()).isZero();
            assertThat(server.stats().requests()).isEqualTo(300);
            assertThat(server.stats().open()).isEqualTo(300);
            assertThat(ProcessFigures.established(server.port())).isEqualTo(300);
        }
        await().untilAsserted(() -> assertThat(server.stats().open()).isZero());
    }

    /** The kernel reports connections in many pieces, between which others come and go. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void kernelsCountIsNotDisturbedByOtherConnections() throws Exception {
        try (ConnectionServer others = Architecture.SINGLE_THREADED.server(ServerSettings.defaults(),
                new Endpoints(() -> own[0].stats()));
                LoadClient client = new LoadClient(0)) {
            others.start();
            client.connect(server.port(), 300, 20);
            AtomicBoolean counting = new AtomicBoolean(true);
            var comeAndGo = CompletableFuture.runAsync(() -> {
                while (counting.get()) {
                    try (LoadClient other = new LoadClient(1)) {
                        other.connect(others.port(), 500, 20);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
            try {
                for (int i = 0; i < 50; i++) {
                    assertThat(ProcessFigures.established(server.port())).isEqualTo(300);
                }
            } finally {
                counting.set(false);
            }
            comeAndGo.join();
        }
    }

    @Test
    void sendsAnOpenLoadOfTheRateItIsTold() throws IOException {
        try (LoadClient client = new LoadClient(0)) {
            client.connect(server.port(), 20, 20);
            Outcome outcome = client.open(500, 2, 20, get("/echo"), 42);
            assertThat(outcome.ok()).isEqualTo(outcome.sent());
            assertThat(outcome.sent()).isBetween(850L, 1_150L); // 1,000, about five Poisson deviations either way
            assertThat(server.stats().requests()).isEqualTo(outcome.sent());
            assertThat(outcome.micros().getTotalCount()).isEqualTo(outcome.ok());
        }
    }

    @Test
    void countsLatencyFromWhenARequestWasDue() throws IOException {
        try (LoadClient client = new LoadClient(0)) {
            client.connect(server.port(), 1, 20);
            // One connection can do 20 a second: what is due waits for earlier requests, and that wait counts.
            Outcome outcome = client.open(40, 1, 1, get("/wait/50"), 42);
            assertThat(outcome.ok()).isEqualTo(outcome.sent());
            assertThat(outcome.micros().getMaxValue()).isGreaterThan(300_000);
        }
    }

    @Test
    void countsEachRequestOnceWhenConnectionsEndUnderLoad() throws Exception {
        try (LoadClient client = new LoadClient(0)) {
            client.connect(server.port(), 8, 20);
            CompletableFuture<Void> ending = CompletableFuture.runAsync(server::close,
                    CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS));
            Outcome outcome = client.open(1_000, 1, 8, get("/wait/5"), 42);
            ending.join();
            assertThat(outcome.ok()).isPositive();
            assertThat(outcome.errors()).isPositive();
            assertThat(outcome.ok() + outcome.errors()).isEqualTo(outcome.sent());
        }
    }

    @Test
    void tellsAnOutcomeToAnotherProcess() throws IOException {
        try (LoadClient client = new LoadClient(0)) {
            client.connect(server.port(), 4, 20);
            Outcome outcome = client.open(200, 0.5, 4, get("/echo"), 42);
            JsonMapper json = new JsonMapper();
            assertThat(Outcome.of(json.readTree(json.writeValueAsString(outcome.map())))).isEqualTo(outcome);
            assertThat(outcome.plus(outcome).sent()).isEqualTo(2 * outcome.sent());
            assertThat(outcome.plus(outcome).percentileMillis(50)).isEqualTo(outcome.percentileMillis(50));
            assertThat(outcome.shareSlowerThan(0)).isEqualTo(1);
            assertThat(outcome.shareSlowerThan(outcome.maxMillis())).isZero();
        }
    }

    @Test
    void countsWhatIsNotAnsweredWell() throws IOException {
        try (LoadClient client = new LoadClient(0)) {
            client.connect(server.port(), 4, 20);
            Outcome outcome = client.open(100, 0.5, 4, get("/fail"), 42);
            assertThat(outcome.ok()).isZero();
            assertThat(outcome.errors()).isEqualTo(outcome.sent()).isPositive();
        }
    }

    @Test
    void keepsAClosedLoadGoing() throws IOException {
        try (LoadClient client = new LoadClient(0)) {
            client.connect(server.port(), 3, 20);
            Outcome outcome = client.closed(0.5, 3, get("/echo"));
            assertThat(outcome.ok()).isEqualTo(outcome.sent()).isGreaterThan(30);
            assertThat(server.stats().requests()).isEqualTo(outcome.sent());
        }
    }

    @Test
    void noticesConnectionsThatTheServerCloses() throws IOException {
        try (LoadClient client = new LoadClient(0)) {
            client.connect(server.port(), 10, 20);
            await().untilAsserted(() -> assertThat(server.stats().open()).isEqualTo(10));
            server.close();
            await().untilAsserted(() -> assertThat(client.open()).isZero());
            assertThatThrownBy(() -> client.open(10, 1, 10, get("/echo"), 1)).hasMessageContaining("0 of 10");
        }
    }

    @Test
    void churnsConnections() throws Exception {
        long done = Churn.run(server.port(), 0.5, 4, get("/echo"), 0);
        assertThat(done).isGreaterThan(20);
        await().untilAsserted(() -> assertThat(server.stats().open()).isZero());
        assertThat(server.stats().accepted()).isGreaterThanOrEqualTo(done);
    }
}
