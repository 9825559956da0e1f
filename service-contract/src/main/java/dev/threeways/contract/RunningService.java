package dev.threeways.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.backends.SpringService;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.ProcessFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One start of a service with some settings: its process, its log, and a relay before each of its two backends.
 * Remembers every key sent to it, to reconcile log, simulator and traffic in the end.
 */
public final class RunningService implements AutoCloseable {

    /** A cold start on a busy machine with two cores. */
    private static final Duration START = Duration.ofSeconds(60);

    /** Limit for what must happen, on a busy machine. */
    public static final Duration SOON = Duration.ofSeconds(15);

    /**
     * Small and quick to start: the contract is about behaviour. 384 MB are room for 1,000 requests in flight on any
     * stack. The language writes numbers in Arabic digits: answers, log and metrics must not depend on that. Some
     * meters need the last two options.
     */
    private static final List<String> JVM_OPTIONS = List.of("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Duser.language=ar", "-Duser.country=EG",
            "--enable-native-access=ALL-UNNAMED", "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED");

    private static final int MAX_SHOWN = 600;

    public final int port;

    public final int managementPort;

    /** Statements that the service sent to PostgreSQL. */
    public final SqlTraffic sql = new SqlTraffic();

    /** Requests that the service sent to the payment API. */
    public final PaymentTraffic exchanges = new PaymentTraffic();

    /** The relay before PostgreSQL. */
    public final Relay database;

    /** The relay before the payment API. */
    public final Relay payments;

    private final SpringService started;

    public final JvmProcess process;

    private final Map<String, Integer> sent = new ConcurrentHashMap<>();

    private final List<PaymentLine> lines = new ArrayList<>();

    /** The part of the log that is not in {@link #lines} yet. */
    private final GrowingLog log;

    /**
     * @param label tells the starts of one test run apart
     * @param settings by Boot's property names; the rest is as the service ships
     */
    public RunningService(ServiceUnderTest service, Backends backends, String label, Map<String, String> settings) {
        DatabaseAddress reader = backends.database().reader();
        this.database = Relay.to(reader.host(), reader.port(), sql::tap);
        this.payments = Relay.to("127.0.0.1", backends.simulator().port(), exchanges::tap);
        DatabaseAddress relayed = reader.at("127.0.0.1", database.port());
        this.started = SpringService.Launch.of(service.name(), service.jar(), JVM_OPTIONS, relayed,
                URI.create("http://127.0.0.1:" + payments.port()), settings,
                Path.of("target", "contract", service.name() + "-" + label + ".log")).start();
        this.process = started.process();
        this.port = started.port();
        this.managementPort = started.managementPort();
        this.log = new GrowingLog(process.log());
    }

    /** Waits until the readiness probe says so. */
    public void awaitReady() {
        try {
            started.awaitReady(START);
        } catch (ProcessFailedException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + process + " was starting", e);
        }
    }

    /** A new connection to the application's port. */
    public HttpConnection connect() {
        try {
            return HttpConnection.open(port);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot connect to " + process, e);
        }
    }

    /** One request on a connection of its own. */
    public HttpAnswer send(HttpCall call) {
        try (HttpConnection connection = connect()) {
            return connection.exchange(noted(call));
        } catch (IOException e) {
            throw new UncheckedIOException(call.method() + " " + call.target() + " was not answered by " + process, e);
        }
    }

    /** One request to the management port. */
    public HttpAnswer manage(String path) {
        try (HttpConnection connection = HttpConnection.open(managementPort)) {
            return connection.exchange(HttpCall.of("GET", path).header("Connection", "close"));
        } catch (IOException e) {
            throw new UncheckedIOException("GET " + path + " was not answered by " + process, e);
        }
    }

    /** The document {@code /actuator/waiting}. */
    public JsonNode waiting() {
        HttpAnswer answer = manage("/actuator/waiting");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    /** Meters as Prometheus scrapes them: numbers by name and tags. */
    public Map<String, Double> meters() {
        Map<String, Double> meters = new HashMap<>();
        manage("/actuator/prometheus").body().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int blank = line.lastIndexOf(' ');
            meters.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
        });
        return meters;
    }

    /** Notes a key for the reconciliation. Call it for each request sent over a connection of one's own. */
    public HttpCall noted(HttpCall call) {
        call.headers()
                .stream()
                .filter(header -> header.startsWith("Idempotency-Key: "))
                .forEach(header -> sent.merge(header.substring(17), 1, Integer::sum));
        return call;
    }

    /** How often each key was sent in a request that reached the handler. */
    public Map<String, Integer> sent() {
        return Map.copyOf(sent);
    }

    /** All lines about payments written so far, in order. */
    public List<PaymentLine> lines() {
        synchronized (lines) {
            log.more().stream().flatMap(line -> PaymentLine.parse(line).stream()).forEach(lines::add);
            return List.copyOf(lines);
        }
    }

    /** Lines of level ERROR, whatever they are about, cut to a readable length. */
    public List<String> errors() {
        try (Stream<String> all = Files.lines(process.log())) {
            return all.filter(line -> line.contains("\"level\":\"ERROR\""))
                    .map(line -> line.substring(0, Math.min(line.length(), MAX_SHOWN)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + process.log(), e);
        }
    }

    /** The lines about one request written so far. */
    public List<PaymentLine> lines(String key) {
        return lines().stream().filter(line -> key.equals(line.key())).toList();
    }

    /** Waits for the one line of a request. */
    public PaymentLine line(String key) {
        await("a line about " + key).atMost(SOON).until(() -> !lines(key).isEmpty());
        List<PaymentLine> found = lines(key);
        assertThat(found).as("lines about " + key).hasSize(1);
        return found.getFirst();
    }

    /**
     * The lines that {@code requests} leaves. A request whose line comes last marks their end: it touches neither the
     * database nor the payment API.
     */
    public List<PaymentLine> linesOf(Runnable requests) {
        int before = mark();
        requests.run();
        int after = mark();
        return lines().subList(before, after - 1);
    }

    private int mark() {
        String key = "mark-" + UUID.randomUUID();
        int status = send(HttpCall.payment("mark").key(key)).status();
        assertThat(status).isEqualTo(400);
        PaymentLine line = line(key);
        return lines().indexOf(line) + 1;
    }

    /** @param name of a signal, such as STOP, after which the process gets no CPU until CONT */
    public void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
        assertThat(kill.waitFor()).as("exit code of kill -" + name).isZero();
    }

    @Override
    public void close() {
        process.close();
        payments.close();
        database.close();
    }
}
