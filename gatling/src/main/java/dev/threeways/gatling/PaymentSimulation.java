package dev.threeways.gatling;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.doIfOrElse;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.rendezVous;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.core.CoreDsl.stopLoadGeneratorIf;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import dev.threeways.gatling.LoadSettings.AssertedLimits;
import io.gatling.http.response.Response;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * Pays orders at a given rate, however fast the server answers: an open model. A closed-loop warm-up in the same
 * process comes first and is left out of Gatling's report. No warm-up request is in flight any more when the measured
 * schedule begins.
 *
 * <p>With {@link Topology#SHARED} each measured request is a user of its own. Gatling's open model injects it ahead of
 * its intended time, for which it waits. With {@link Topology#MANY} N users with a connection each live through the
 * whole run. User i sends every N-th request, when it is due or as soon as the one before is answered.
 */
abstract class PaymentSimulation extends Simulation {

    /**
     * Time from the first measured user to the schedule's beginning. Gatling injects by the second, spread evenly over
     * it, so a user may come a second later than scheduled; the rest absorbs hiccups.
     */
    private static final Duration LEAD = Duration.ofSeconds(2);

    /** Client users begin at this rate: below what a listening socket's queue (100 by default on Tomcat) loses. */
    private static final int NEW_CLIENTS_PER_SECOND = 500;

    /** Keeps a warm-up against a server that fails at once from spinning. */
    private static final Duration REST = Duration.ofMillis(100);

    private static final String N = "n";

    private static final String ORDER_ID = "orderId";

    private static final String KEY = "key";

    private static final String READY_NANOS = "readyNanos";

    private static final String CLIENT = "client";

    private static final String WARM = "warm";

    private static final String FAILED = "failedRequest";

    /** Session attributes that the checks set. */
    private static final String STATUS = "httpStatus";

    private static final String[] RECEIPT = {"receiptOrder", "receiptPayment", "receiptStatus"};

    private final LoadSettings settings;

    private final ArrivalSchedule schedule;

    private final RequestRecorder recorder;

    private final RunControl control;

    private final FailureCauses failureCauses = FailureCauses.install();

    private final AtomicInteger nextMeasured = new AtomicInteger();

    private final AtomicInteger nextClient = new AtomicInteger();

    private final Semaphore warmUpPermits;

    private final Thread finishAtExit = new Thread(this::finish, "save-requests");

    private boolean finished;

    /** @throws IllegalArgumentException if a system property is not what it must be */
    PaymentSimulation(BiFunction<SystemSettings, Duration, RateProfile> profile) {
        SystemSettings properties = SystemSettings.ofSystemProperties();
        settings = LoadSettings.from(properties);
        schedule = ArrivalSchedule.of(profile.apply(properties, settings.duration()), settings.arrivals(),
                settings.seed());
        recorder = new RequestRecorder(settings, schedule);
        warmUpPermits = new Semaphore(settings.warmUpFirstUsers());
        control = new RunControl(settings.control(), settings.warmUp(), recorder,
                () -> warmUpPermits.release(settings.warmUpUsers() - settings.warmUpFirstUsers()));

        SetUp setUp = setUp(switch (settings.topology()) {
            case SHARED -> shared();
            case MANY -> many();
        }).protocols(protocol()).maxDuration(maxDuration());
        AssertedLimits limits = settings.assertions();
        if (limits != null) {
            setUp.assertions(global().allRequests().count().is((long) schedule.size()),
                    global().failedRequests().percent().lte(limits.maxFailedPercent()),
                    global().responseTime().percentile(99).lte(limits.maxP99Millis()));
        }
    }

    /** A rate in requests per second. */
    static double rate(SystemSettings properties, String name, double byDefault) {
        return properties.number(name, byDefault, 0, 100_000);
    }

    @Override
    public void before() {
        Runtime.getRuntime().addShutdownHook(finishAtExit);
        control.start();
    }

    @Override
    public void after() {
        finish();
        try {
            Runtime.getRuntime().removeShutdownHook(finishAtExit); // or it would keep all that was recorded
        } catch (IllegalStateException _) {
            // the JVM ends
        }
    }

    /** Runs once: at the end, or on a signal to end, which then waits for it. */
    private synchronized void finish() {
        if (finished) {
            return;
        }
        finished = true;
        try {
            if (settings.results() != null) {
                recorder.writeCsv(settings.results());
            }
        } catch (IOException e) {
            System.err.println("Cannot write the requests to " + settings.results() + ": " + e);
        } finally {
            recorder.markEnded();
            control.close();
        }
        System.out.println(recorder.summary());
    }

    private HttpProtocolBuilder protocol() {
        HttpProtocolBuilder protocol = http.baseUrl(settings.baseUrl().toString())
                .acceptHeader("application/json")
                .userAgentHeader("gatling")
                .disableFollowRedirect()
                .disableWarmUp()
                .disableCaching()
                .disableAutoReferer()
                .disableAutoOrigin();
        return settings.topology() == Topology.SHARED ? protocol.shareConnections() : protocol;
    }

    private PopulationBuilder shared() {
        PopulationBuilder measure = scenario("measure").exec(session -> {
            control.arrive(LEAD);
            return request(session, nextMeasured.getAndIncrement());
        })
                .exec(pauseUntilIntended())
                .exec(stopLoadGeneratorIf("stopped", _ -> recorder.sendsNoMore()))
                .exec(session -> session.set(READY_NANOS, recorder.intendedNanos(session.getLong(N))))
                .exec(recorded(payment("payment")))
                .injectOpen(arrivals());
        if (settings.warmUp().isZero()) {
            return measure;
        }
        return scenario("warm-up").exec(asLongAs(_ -> control.isWarmingUp()).on(permittedWarmUpRequest(_ -> true)))
                .injectOpen(rampUsers(settings.warmUpUsers()).during(1))
                .andThen(measure);
    }

    private PopulationBuilder many() {
        ChainBuilder warmUp = exec(session -> session.set(CLIENT, nextClient.getAndIncrement()));
        if (!settings.warmUp().isZero()) {
            // Each sends at least one request, so that every connection is open before the measurement.
            warmUp = warmUp.exec(asLongAs(session -> !session.contains(WARM) || control.isWarmingUp())
                    .on(permittedWarmUpRequest(session -> session.contains(WARM))
                            .doIf(_ -> settings.clients() > settings.warmUpUsers())
                            .then(pause(REST))));
        }
        ChainBuilder measure = rendezVous(settings.clients()).exec(session -> {
            control.arrive(LEAD);
            return session.set(N, (long) session.getInt(CLIENT) - settings.clients());
        })
                .exec(new PauseUntil(control.begun(), _ -> System.nanoTime()))
                .exec(asLongAs(session -> session.getLong(N) + settings.clients() < schedule.size())
                        .on(exec(session -> {
                            long n = session.getLong(N) + settings.clients();
                            return request(session, n).set(READY_NANOS,
                                    Math.max(recorder.intendedNanos(n), System.nanoTime()));
                        }).exec(pauseUntilIntended())
                                .exec(stopLoadGeneratorIf("stopped", _ -> recorder.sendsNoMore()))
                                .exec(recorded(payment("payment")))));
        return scenario("clients").exec(warmUp)
                .exec(measure)
                .injectOpen(rampUsers(settings.clients()).during(clientsRampSeconds()));
    }

    /** Users for the requests of each second, spread evenly over it. */
    private OpenInjectionStep[] arrivals() {
        return Arrays.stream(schedule.countsPerSecond())
                .mapToObj(count -> count == 0 ? nothingFor(1) : rampUsers(count).during(1))
                .toArray(OpenInjectionStep[]::new);
    }

    private Session request(Session session, long n) {
        return session
                .setAll(Map.of(N, n, ORDER_ID, PaymentRequests.orderId(settings.seed(), n, settings.orders()), KEY,
                        PaymentRequests.key(settings.seed(), n)));
    }

    /**
     * Sends a warm-up request; rests if the permitted number is in flight, or if all users have to rest.
     *
     * @param mayRest users that fail it still send while all rest, because the measurement cannot begin without their
     * request
     */
    private ChainBuilder permittedWarmUpRequest(Predicate<Session> mayRest) {
        return doIfOrElse(session -> !(control.isResting() && mayRest.test(session)) && warmUpPermits.tryAcquire())
                .then(exec(warmUpRequest()).exec(session -> {
                    warmUpPermits.release();
                    return session.set(WARM, true);
                }))
                .orElse(pause(REST));
    }

    private ChainBuilder warmUpRequest() {
        return exec(session -> request(session, recorder.nextWarmUp()).set(READY_NANOS, 0L))
                .exec(recorded(payment("warm-up").silent()))
                .doIf(session -> session.getBoolean(FAILED))
                .then(pause(REST));
    }

    private PauseUntil pauseUntilIntended() {
        return new PauseUntil(control.begun(), session -> recorder.intendedNanos(session.getLong(N)));
    }

    private ChainBuilder recorded(HttpRequestActionBuilder payment) {
        return exec(session -> session.removeAll(STATUS, RECEIPT[0], RECEIPT[1], RECEIPT[2]).set(FAILED, true))
                .exec(doIf(session -> recorder.begin(session.getLong(N), session.getLong(READY_NANOS)))
                        .then(exec(payment).exec(this::recordEnd)));
    }

    private Session recordEnd(Session session) {
        RequestClass requestClass = classify(session);
        recorder.end(session.getLong(N), requestClass, session.contains(STATUS) ? session.getInt(STATUS) : 0);
        return session.set(FAILED, requestClass != RequestClass.OK);
    }

    private RequestClass classify(Session session) {
        if (!session.contains(STATUS)) {
            return FailureCauses.classify(failureCauses.take(session.userId()));
        }
        int status = session.getInt(STATUS);
        if (!settings.expectedStatuses().contains(status)) {
            return RequestClass.STATUS;
        }
        return status != 200 || Arrays.stream(RECEIPT).allMatch(session::contains)
                ? RequestClass.OK
                : RequestClass.BODY;
    }

    private HttpRequestActionBuilder payment(String name) {
        return http(name).post("/orders/#{orderId}/payment")
                .header("Idempotency-Key", "#{key}")
                .requestTimeout(settings.requestTimeout())
                .sign((request, session) -> {
                    recorder.write(session.getLong(N));
                    return request;
                })
                .check(status().saveAs(STATUS), status().in(List.copyOf(settings.expectedStatuses())))
                .checkIf((Response response, Session _) -> response.status().code() == 200)
                .then(jsonPath("$.orderId").ofLong().is(session -> session.getLong(ORDER_ID)).saveAs(RECEIPT[0]),
                        jsonPath("$.paymentId").exists().saveAs(RECEIPT[1]),
                        jsonPath("$.status").is("approved").saveAs(RECEIPT[2]));
    }

    /** Long enough for every request to end by its own timeout. */
    private Duration maxDuration() {
        return settings.warmUp()
                .plus(LEAD)
                .plus(settings.duration())
                .plusSeconds(clientsRampSeconds())
                .plus(settings.requestTimeout().multipliedBy(3))
                .plusSeconds(10);
    }

    private int clientsRampSeconds() {
        return Math.ceilDiv(settings.clients(), NEW_CLIENTS_PER_SECOND);
    }
}
