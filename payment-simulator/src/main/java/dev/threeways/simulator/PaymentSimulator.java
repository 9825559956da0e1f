package dev.threeways.simulator;

import dev.threeways.payment.PaymentResponse;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The payment API's stand-in: {@link Behaviour} sets the latency and the outcome of {@code POST /payments}. It is a
 * server on Reactor Netty, without a framework. Every fault is something done to a connection, and its own cost is
 * taken from the service under test.
 */
public final class PaymentSimulator implements AutoCloseable {

    /**
     * Longer than the 30 s after which the services drop an idle connection, so that the client closes. Closed from
     * here, a connection could die under a request just sent.
     */
    static final Duration IDLE_TIMEOUT = Duration.ofSeconds(75);

    /** Limit from a request's head to the end of its body. */
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    static final int MAX_REQUEST_LINE_BYTES = 4 * 1024;

    static final int MAX_HEADER_BYTES = 8 * 1024;

    /** Connections that wait for the kernel's handshake to be noticed: all of a load generator's at once. */
    private static final int BACKLOG = 4096;

    /** Limit of {@link #refuse}. */
    static final Duration MAX_REFUSAL = Duration.ofMinutes(5);

    private static final Duration START_TIMEOUT = Duration.ofSeconds(10);

    private static final byte[] GARBAGE = "<html><body>It works!</body></html>".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ERROR = "{\"error\":\"simulated\"}".getBytes(StandardCharsets.US_ASCII);

    private static final String DETAILS = "details";

    /** Bytes that JSON writes around it: comma, two pairs of quotes, colon. */
    private static final int DETAILS_BYTES = DETAILS.length() + 6;

    /** Marks a connection that had a payment. */
    private static final AttributeKey<Boolean> USED = AttributeKey.valueOf(PaymentSimulator.class, "used");

    private final SimulatorSettings settings;

    private final JsonMapper json = JsonMapper.shared();

    private final AtomicInteger inFlight = new AtomicInteger();

    private final ConnectionLimit connectionLimit;

    private final LoopResources eventLoops;

    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /** Configured server, to listen once more after a refusal. */
    private final HttpServer listening;

    private final CountDownLatch closed = new CountDownLatch(1);

    private final AtomicBoolean refusing = new AtomicBoolean();

    private volatile DisposableServer server;

    private volatile PaymentPlanner planner;

    private volatile Run run;

    private PaymentSimulator(SimulatorSettings settings) {
        this.settings = settings;
        this.planner = new PaymentPlanner(settings.seed(), settings.behaviour());
        this.run = new Run(settings.maxKeys());
        this.connectionLimit = new ConnectionLimit(settings.maxConnections(), refusing::get);
        this.eventLoops = LoopResources.create("payment-simulator", 1, settings.eventLoops(), true);
        var handler = new SimulatorHandler(this);
        try {
            this.listening = HttpServer.create()
                    .host(settings.host())
                    .port(settings.port())
                    .runOn(eventLoops)
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .channelGroup(connections)
                    .idleTimeout(IDLE_TIMEOUT)
                    .requestTimeout(REQUEST_TIMEOUT)
                    .httpRequestDecoder(decoder -> decoder.maxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                            .maxHeaderSize(MAX_HEADER_BYTES))
                    .doOnChannelInit((_, channel, _) -> channel.pipeline()
                            .addFirst(connectionLimit)
                            .addAfter(NettyPipeline.HttpCodec, "known-length", new KnownLength()))
                    .handle(handler);
            this.server = listening.bindNow(START_TIMEOUT);
        } catch (RuntimeException e) { // Reactor Netty's own, or wrapped
            eventLoops.dispose();
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new IllegalStateException("The payment simulator cannot listen on " + settings.host() + ":"
                    + settings.port() + " (" + cause.getMessage()
                    + "). Choose an address of this machine and a free port, or port 0 for any.", e);
        }
    }

    /**
     * Starts a simulator, which is ready when this returns.
     *
     * @throws IllegalStateException if the port is in use or the host is no address of this machine
     */
    public static PaymentSimulator start(SimulatorSettings settings) {
        return new PaymentSimulator(settings);
    }

    public int port() {
        return server.port();
    }

    /** Address for clients, without a path. */
    public URI baseUrl() {
        String host = settings.host().equals("0.0.0.0") ? "localhost" : settings.host();
        return URI.create("http://" + host + ":" + port());
    }

    public Behaviour behaviour() {
        return planner.behaviour();
    }

    /** Changes the behaviour for payments received from now on. */
    public void behaviour(Behaviour behaviour) {
        planner = new PaymentPlanner(settings.seed(), behaviour);
    }

    /** The plan for a payment with this key under the current behaviour. */
    public PaymentPlan plan(String key) {
        return planner.plan(key);
    }

    /** The ledger of the current run. */
    public CallSummary calls() {
        return run.summary(settings.seed(), inFlight.get(), connectionLimit.refused());
    }

    /** How often a payment with this key was received in the current run. */
    public int calls(String key) {
        return run.calls(key);
    }

    /**
     * Begins a new run with an empty ledger.
     *
     * @return the ledger of the run that ended
     */
    public CallSummary newRun() {
        Run ended = run;
        run = new Run(settings.maxKeys());
        return ended.summary(settings.seed(), inFlight.get(), connectionLimit.refused());
    }

    Run run() {
        return run;
    }

    void rejected() {
        run.rejected();
    }

    /**
     * Called when the whole request was read: from here on the payment counts, whether its client waits or not.
     *
     * @param response has the key in its header already
     * @param signed whether it carries a signature, right or wrong
     */
    Mono<Void> pay(String key, boolean signed, HttpServerResponse response) {
        PaymentPlanner current = planner;
        Behaviour behaviour = current.behaviour();
        PaymentPlan plan = current.plan(key);
        Channel channel = channelOf(response);
        boolean reused = channel.attr(USED).getAndSet(true) != null;
        SimulatedOutcome outcome = reused && behaviour.resetOnReuse() ? SimulatedOutcome.RESET : plan.outcome();
        Duration wait = outcome == SimulatedOutcome.HANG ? settings.hangLimit() : plan.latency();

        Run ledgers = run;
        ledgers.received(key, outcome, signed);
        inFlight.incrementAndGet();
        var exchange = new PaymentExchange(channel, response, key, outcome, wait, ledgers);
        return exchange
                .run(answer(outcome, current.paymentId(key), behaviour.answerBytes()), behaviour.closeAfterAnswer())
                .doFinally(_ -> {
                    inFlight.decrementAndGet();
                    if (!exchange.isDone()) {
                        ledgers.abandoned();
                    }
                });
    }

    private static Channel channelOf(HttpServerResponse response) {
        var channel = new AtomicReference<@Nullable Channel>(); // filled before withConnection returns
        response.withConnection(connection -> channel.setPlain(connection.channel()));
        return Objects.requireNonNull(channel.getPlain());
    }

    private byte[] answer(SimulatedOutcome outcome, String paymentId, int minBytes) {
        return switch (outcome) {
            case DECLINED -> answer(new PaymentResponse(paymentId, PaymentResponse.DECLINED), minBytes);
            case ERROR -> ERROR;
            case GARBAGE -> GARBAGE;
            default -> answer(new PaymentResponse(paymentId, PaymentResponse.APPROVED), minBytes);
        };
    }

    private byte[] answer(PaymentResponse payment, int minBytes) {
        byte[] answer = json.writeValueAsBytes(payment);
        int missing = minBytes - answer.length - DETAILS_BYTES;
        if (missing <= 0) {
            return answer;
        }
        ObjectNode filled = json.valueToTree(payment);
        return json.writeValueAsBytes(filled.put(DETAILS, "x".repeat(missing)));
    }

    /**
     * Closes all connections and lets none be opened, like a server that is being restarted; then listens again on the
     * same port. Payments in progress never end. Returns at once. During a refusal, another one changes nothing.
     *
     * @param duration at most {@link #MAX_REFUSAL}
     */
    void refuse(Duration duration) {
        if (!refusing.compareAndSet(false, true)) {
            return;
        }
        DisposableServer refuses = server;
        int port = refuses.port();
        var _ = refuses.channel().close().addListener(_ -> {
            var _ = connections.close(); // also rejects the one that was just being accepted
            // Runs on a thread that may not wait: bindNow would throw there, with the port bound.
            var _ = Mono.delay(duration)
                    .filter(_ -> isOpen())
                    .flatMap(_ -> listening.port(port).bind())
                    .onErrorComplete(_ -> !isOpen())
                    .doFinally(_ -> refusing.set(false))
                    .subscribe(this::listens);
        });
    }

    /** Runs concurrently with {@link #close()}; the second of the two sees what the first did. */
    private void listens(DisposableServer again) {
        server = again;
        if (!isOpen()) {
            again.dispose();
        }
    }

    private boolean isOpen() {
        return closed.getCount() > 0;
    }

    /** Returns when this was closed. */
    void awaitClosed() throws InterruptedException {
        closed.await();
    }

    /**
     * Stops listening, gives payments in progress {@link SimulatorSettings#stopGrace()} to reach their outcome, then
     * closes all connections.
     */
    @Override
    public synchronized void close() {
        closed.countDown();
        try {
            server.disposeNow(settings.stopGrace());
        } catch (IllegalStateException _) {
            // payments are still in progress: the grace is over
        }
        connections.close().awaitUninterruptibly();
        eventLoops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
    }
}
