package dev.threeways.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.threeways.payment.PaymentLog;
import dev.threeways.telemetry.InFlightLimit;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The whole application in this JVM, with BlockHound watching, a real PostgreSQL and a misbehaving payment API. Closing
 * it fails if anything blocked an event loop meanwhile.
 */
final class RunningService implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private final PaymentLines lines = new PaymentLines();

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RunningService(ConfigurableApplicationContext context) {
        this.context = context;
        listen();
    }

    /** Begins the account of lines anew; another application's start takes the listener away. */
    void listen() {
        var logger = (Logger) LoggerFactory.getLogger(PaymentLog.class);
        lines.outcomes.clear();
        lines.setContext(logger.getLoggerContext());
        lines.start();
        logger.addAppender(lines);
    }

    static RunningService start(StubPaymentApi paymentApi, String... settings) {
        NonBlocking.install();
        var defaults = Stream.of("--server.port=0", "--management.server.port=0",
                "--spring.r2dbc.url=" + OrdersDatabase.url(), "--payment.base-url=" + paymentApi.baseUrl(),
                "--payment.answer-key=if-present", "--logging.threshold.console=off",
                // a cold JVM opens the first connections, on a machine that may be busy
                "--spring.r2dbc.pool.max-acquire-time=30s");
        // two arguments for one property would make a list in Boot
        var last = new LinkedHashMap<String, String>();
        Stream.concat(defaults, Stream.of(settings))
                .forEach(setting -> last.put(setting.substring(0, setting.indexOf('=')), setting));
        return new RunningService(
                new SpringApplicationBuilder(ReactiveServiceApplication.class)
                        .run(last.values().toArray(String[]::new)));
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    URI uri(String path) {
        return URI.create("http://localhost:" + port() + path);
    }

    URI management(String path) {
        return URI.create(
                "http://localhost:" + context.getEnvironment().getRequiredProperty("local.management.port") + path);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    int inFlight() {
        return bean(InFlightLimit.class).current();
    }

    /** @param headers names and values in turn */
    HttpResponse<String> pay(String orderId, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri("/orders/" + orderId + "/payment")).POST(BodyPublishers.noBody());
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(Duration.ofMinutes(1)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri));
    }

    /** A connection without an HTTP client. */
    Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port());
    }

    static void write(Socket connection, String bytes) throws IOException {
        OutputStream out = connection.getOutputStream();
        out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** The {@code payment.outcome} of each line written so far. */
    List<String> outcomes() {
        return lines.outcomes;
    }

    void stop() {
        context.close();
    }

    @Override
    public void close() {
        stop();
        ((Logger) LoggerFactory.getLogger(PaymentLog.class)).detachAppender(lines);
        client.close();
        assertThat(NonBlocking.takeViolations()).isEmpty();
    }

    private static final class PaymentLines extends AppenderBase<ILoggingEvent> {

        private final List<String> outcomes = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            event.getKeyValuePairs()
                    .stream()
                    .filter(pair -> pair.key.equals("payment.outcome"))
                    .forEach(pair -> outcomes.add(String.valueOf(pair.value)));
        }
    }
}
