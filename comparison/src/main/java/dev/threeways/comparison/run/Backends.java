package dev.threeways.comparison.run;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.backends.EmbeddedOrdersDatabase;
import dev.threeways.comparison.ledger.PaymentCalls;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.JvmOptions;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.ProcessFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The orders database and the payment API that a service needs, started here or external. */
public final class Backends implements AutoCloseable {

    public static final String SIMULATOR_HEAP = "256m";

    private static final Duration READY_LIMIT = Duration.ofSeconds(60);

    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);

    private final @Nullable EmbeddedOrdersDatabase embedded;

    private final DatabaseAddress database;

    private final @Nullable JvmProcess simulator;

    private final URI paymentUrl;

    private Backends(@Nullable EmbeddedOrdersDatabase embedded, DatabaseAddress database,
            @Nullable JvmProcess simulator, URI paymentUrl) {
        this.embedded = embedded;
        this.database = database;
        this.simulator = simulator;
        this.paymentUrl = paymentUrl;
    }

    /**
     * @param seed of the payment simulator
     * @param simulatorPort where the simulator listens
     * @param directory for logs
     */
    public static Backends start(Settings settings, Home home, long seed, int simulatorPort, Path directory)
            throws ProcessFailedException, InterruptedException {
        JvmProcess simulator = null;
        EmbeddedOrdersDatabase embedded = null;
        try {
            URI paymentUrl = settings.paymentUrl();
            if (paymentUrl == null) {
                simulator = startSimulator(settings, home, seed, simulatorPort, directory);
                paymentUrl = URI.create("http://127.0.0.1:" + simulatorPort);
            }
            DatabaseAddress database = settings.database();
            if (database == null) {
                embedded = EmbeddedOrdersDatabase.start();
                database = embedded.reader();
            }
            if (simulator != null) {
                simulator.awaitReady(paymentUrl.resolve("/health"), READY_LIMIT);
            }
            return new Backends(embedded, database, simulator, paymentUrl);
        } catch (ProcessFailedException | InterruptedException | RuntimeException e) {
            if (embedded != null) {
                embedded.close();
            }
            if (simulator != null) {
                simulator.close();
            }
            throw e;
        }
    }

    private static JvmProcess startSimulator(Settings settings, Home home, long seed, int port, Path directory) {
        return JvmProcess.builder("the payment simulator")
                .jvmOptions(JvmOptions.other(SIMULATOR_HEAP, settings.cpus().others().size()))
                .jar(home.simulatorJar())
                .args(List.of("--host", "127.0.0.1", "--port", String.valueOf(port), "--seed", String.valueOf(seed),
                        "--median", millis(settings.scenario().paymentMedian()), "--p99",
                        millis(settings.scenario().paymentP99()),
                        "--answer-bytes", String.valueOf(settings.scenario().answerBytes())))
                .log(directory.resolve("payment-simulator.log"))
                .start();
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + "ms";
    }

    public DatabaseAddress database() {
        return database;
    }

    public URI paymentUrl() {
        return paymentUrl;
    }

    /**
     * Sets how long payments take from now on, if the simulator is this run's; an external payment API is not ours to
     * change.
     *
     * @throws IOException if the simulator does not accept that
     */
    void setPaymentLatency(Duration median, Duration p99, int answerBytes) throws IOException, InterruptedException {
        setPaymentBehaviour(String.format(Locale.ROOT,
                "{\"medianMillis\": %d, \"p99Millis\": %d, \"answerBytes\": %d}", median.toMillis(), p99.toMillis(),
                answerBytes));
    }

    /**
     * Sets how long every read waits in the database from now on, if it is this run's; an external one is not ours to
     * change.
     */
    void setReadWait(Duration wait) throws InterruptedException {
        if (embedded != null) {
            embedded.setReadWait(wait);
        }
    }

    /** Sets the scenario's payment latency. */
    void setPaymentLatency(Settings settings) throws IOException, InterruptedException {
        setPaymentLatency(settings.scenario().paymentMedian(), settings.scenario().paymentP99(),
                settings.scenario().answerBytes());
    }

    private void refusePayments(Duration duration) throws IOException, InterruptedException {
        try (HttpClient client = client()) {
            HttpResponse<Void> answer = client.send(request("/admin/refusal?millis=" + duration.toMillis())
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build(), HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() != 202) {
                throw new IOException("The payment simulator does not refuse: " + answer.statusCode());
            }
        }
    }

    private void setPaymentBehaviour(String behaviour) throws IOException, InterruptedException {
        if (simulator != null) {
            try (HttpClient client = client()) {
                requireOk(client.send(request("/admin/behaviour").header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(behaviour))
                        .build(),
                        HttpResponse.BodyHandlers.discarding()));
            }
        }
    }

    /**
     * Causes a fault, or ends it.
     *
     * @throws IOException if the simulator does not accept that
     * @throws IllegalStateException if the database does not stop or start
     */
    void apply(Scenario.Fault fault, Settings settings)
            throws IOException, InterruptedException, ProcessFailedException {
        EmbeddedOrdersDatabase orders = Objects.requireNonNull(embedded, "an external database is not ours to stop");
        switch (fault.kind()) {
            case PAYMENT_HANGS -> {
                awaitPayments();
                setPaymentBehaviour("{\"hangRate\": 1}");
            }
            case PAYMENT_REFUSES -> refusePayments(settings.scenario().refusal(fault));
            case PAYMENT_RETURNS -> {
                awaitPayments();
                setPaymentLatency(settings);
            }
            case DATABASE_STOPS -> orders.stop();
            case DATABASE_RETURNS -> orders.restart();
        }
    }

    /** Waits for the simulator: it may be about to end a refusal, and accepts no command until then. */
    private void awaitPayments() throws InterruptedException, ProcessFailedException {
        Objects.requireNonNull(simulator, "an external payment API is not ours to break")
                .awaitReady(paymentUrl.resolve("/health"), READY_LIMIT);
    }

    public Optional<JvmProcess> simulator() {
        return Optional.ofNullable(simulator);
    }

    /** Returns the process id of the embedded PostgreSQL. */
    Optional<Long> databasePid() {
        return Optional.ofNullable(embedded).map(EmbeddedOrdersDatabase::pid);
    }

    /** @throws IOException if nothing answers there; any status will do */
    public static void requireAnswer(URI paymentUrl) throws IOException, InterruptedException {
        try (HttpClient client = client()) {
            HttpResponse<Void> _ = client.send(
                    HttpRequest.newBuilder(paymentUrl.resolve("/")).timeout(CALL_LIMIT).build(),
                    HttpResponse.BodyHandlers.discarding());
        }
    }

    /** @throws SQLException if there is no such database, or no order in it */
    public static String describe(DatabaseAddress address) throws SQLException {
        try (Connection connection = DriverManager.getConnection(address.jdbcUrl(), address.user(),
                address.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*), max(id) FROM orders")) {
            row.next();
            if (row.getLong(1) == 0) {
                throw new SQLException("its table has no orders: load ops/database into it");
            }
            return "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion() + ", "
                    + String.format(Locale.ROOT, "%,d", row.getLong(1)) + " orders";
        }
    }

    /**
     * Reads the payment API's calls since its record was begun.
     *
     * @return empty if the payment API is external and keeps no readable record
     * @throws IOException if the simulator does not answer
     */
    Optional<PaymentCalls> calls(Path copy) throws IOException, InterruptedException {
        try (HttpClient client = client()) {
            HttpResponse<String> summary = client.send(request("/admin/calls").build(),
                    HttpResponse.BodyHandlers.ofString());
            if (summary.statusCode() != 200 && simulator == null) {
                return Optional.empty();
            }
            requireOk(summary);
            JsonNode overflow = new JsonMapper().readTree(summary.body()).path("overflowCalls");
            HttpResponse<Path> ledger = client.send(request("/admin/calls?format=csv").build(),
                    HttpResponse.BodyHandlers.ofFile(copy));
            requireOk(ledger);
            return Optional.of(PaymentCalls.read(copy, overflow.asLong(0) == 0));
        } catch (IOException e) {
            if (simulator == null) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Clears the payment API's record: what it has seen so far is another fork's. */
    void beginNewLedger() throws InterruptedException, IOException {
        try (HttpClient client = client()) {
            HttpResponse<Void> answer = client.send(request("/admin/calls").DELETE().build(),
                    HttpResponse.BodyHandlers.discarding());
            if (simulator != null && answer.statusCode() >= 300) {
                throw new IOException("The payment simulator does not clear its record: " + answer.statusCode());
            }
        }
    }

    private static void requireOk(HttpResponse<?> response) throws IOException {
        if (response.statusCode() != 200) {
            throw new IOException(response.uri() + " answered " + response.statusCode());
        }
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CALL_LIMIT).build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(paymentUrl.resolve(path)).timeout(CALL_LIMIT);
    }

    @Override
    public void close() {
        if (simulator != null) {
            simulator.close();
        }
        if (embedded != null) {
            embedded.close();
        }
    }
}
