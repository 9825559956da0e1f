package dev.threeways.contract.fuzz;

import static org.awaitility.Awaitility.await;

import dev.threeways.contract.GrowingLog;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.PaymentLine;
import dev.threeways.contract.RunningService;
import dev.threeways.contract.fuzz.Ledgers.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** A running service. Its log is read as it grows, and nothing read is kept: a run may be long. */
final class ServiceStack implements Stack {

    private static final Duration SOON = Duration.ofSeconds(15);

    /** The log is flushed every 20 ms. */
    private static final Duration POLL = Duration.ofMillis(5);

    private static final int MAX_SHOWN = 600;

    private final String name;

    private final Supplier<RunningService> starter;

    private final HostilePaymentApi api;

    private final List<Line> lines = new ArrayList<>();

    private final List<String> errors = new ArrayList<>();

    private RunningService service;

    private GrowingLog log;

    private int marks;

    /** @param starter starts a service that calls {@code api} for payments */
    ServiceStack(String name, Supplier<RunningService> starter, HostilePaymentApi api) {
        this.name = name;
        this.starter = starter;
        this.api = api;
        this.service = starter.get();
        this.log = new GrowingLog(service.process.log());
    }

    /** Returns when the service takes requests. */
    void awaitReady() {
        service.awaitReady();
    }

    void stop() {
        service.close();
    }

    @Override
    public void restart() {
        service.close();
        service = starter.get();
        service.awaitReady();
        log = new GrowingLog(service.process.log());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int port() {
        return service.port;
    }

    /**
     * Waits until no request is in flight: its caller may be gone, and its line not written. A request of this stack's
     * own then marks the end of the lines.
     */
    @Override
    public Ledgers settle() {
        await(name + " to have no request in flight").pollInterval(POLL)
                .atMost(SOON)
                .until(() -> service.waiting().at("/requests/inFlight").intValue() == 0);
        String mark = "mark-" + marks++;
        try (HttpConnection connection = HttpConnection.open(service.port, SOON)) {
            connection.send(
                    ("POST /orders/mark/payment HTTP/1.1\r\nHost: 127.0.0.1\r\nIdempotency-Key: " + mark + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            connection.read("POST");
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not answer: " + service.process.logTail(20), e);
        }
        await("the line about " + mark + " of " + name).pollInterval(POLL).atMost(SOON).until(() -> readLog(mark));
        List<Line> left = lines.stream().filter(line -> !mark.equals(line.key())).toList();
        Ledgers ledgers = new Ledgers(left, api.takeExchanges(), List.copyOf(errors));
        lines.clear();
        errors.clear();
        return ledgers;
    }

    /** @return whether the line about {@code key} is there */
    private boolean readLog(String key) {
        log.more().forEach(this::read);
        return lines.stream().anyMatch(line -> key.equals(line.key()));
    }

    private void read(String line) {
        if (line.contains("\"level\":\"ERROR\"") || line.contains("OutOfMemoryError")) {
            errors.add(line.substring(0, Math.min(line.length(), MAX_SHOWN)));
        }
        PaymentLine.parse(line)
                .map(found -> new Line(found.key(), Objects.requireNonNullElse(found.outcome(), ""),
                        found.text("/payment/id")))
                .ifPresent(lines::add);
    }
}
