package dev.threeways.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.gatling.StubService.Received;
import dev.threeways.gatling.StubService.Reply;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whole runs of Gatling, each in a JVM of its own, against servers that behave and servers that do not. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class SimulationTests {

    private static final long SEED = 7;

    @TempDir
    Path directory;

    @Test
    void sendsEachPlannedRequestAtItsTimeOverFewConnections() throws Exception {
        try (StubService service = StubService.start(StubService::paid);
                GatlingRun run = GatlingRun.start(SteadyRate.class, service.url(), directory,
                        Map.of("rate", "100", "duration", "4"))) {
            assertThat(run.awaitExit()).as(run.output()).isZero();

            RequestLog log = run.requests();
            ArrivalSchedule schedule = ArrivalSchedule.of(RateProfile.steady(100, Duration.ofSeconds(4)),
                    Arrivals.POISSON, SEED);
            long measureStart = log.measureStartMicros().orElseThrow();
            assertThat(log.requests()).hasSize(schedule.size()).allSatisfy(request -> {
                assertThat(request.requestClass()).isEqualTo(RequestClass.OK);
                assertThat(request.status()).isEqualTo(200);
                long intended = request.intendedMicros().orElseThrow();
                assertThat(intended - measureStart).isBetween(schedule.offsetNanos((int) request.n()) / 1_000 - 1,
                        schedule.offsetNanos((int) request.n()) / 1_000 + 1);
                long start = request.startMicros().orElseThrow();
                assertThat(start).isGreaterThanOrEqualTo(intended);
                assertThat(request.endMicros().orElseThrow()).isGreaterThan(start);
                assertThat(start - intended).isBetween(request.lagMicros() - 1, request.lagMicros() + 1);
            });
            assertThat(service.received()).extracting(Received::key)
                    .containsExactlyInAnyOrderElementsOf(log.requests().stream().map(RequestRecord::key).toList());
            assertThat(service.received()).allSatisfy(request -> {
                long n = Long.parseLong(request.key().substring(2));
                assertThat(request.requestLine())
                        .isEqualTo("POST /orders/" + PaymentRequests.orderId(SEED, n, 100_000) + "/payment HTTP/1.1");
                assertThat(request.header("Accept")).isEqualTo("application/json");
                assertThat(request.header("Accept-Encoding")).isEmpty();
                assertThat(request.header("Content-Length")).isEqualTo("0");
            });
            assertThat(service.acceptedConnections()).isLessThan(schedule.size() / 2);
        }
    }

    @Test
    void warmsUpUntilTheCommandWithNothingOfItInTheReport() throws Exception {
        try (Director director = new Director();
                StubService service = StubService.start(StubService::paid);
                GatlingRun run = GatlingRun.start(RampRate.class, service.url(), directory,
                        Map.of("from", "10", "to", "50", "duration", "1", "arrivals", "constant", "control",
                                director.socket().toString(), "warmupMax", "60", "warmupUsers", "4"))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> service.received().size() > 200);
            String progress = String.valueOf(director.latest());
            assertThat(progress).contains("\"phase\":\"warm-up\"", "\"measureStartEpochMillis\":null");
            director.tell("measure");
            assertThat(run.awaitExit()).as(run.output()).isZero();

            RequestLog log = run.requests();
            Map<RequestPhase, Long> phases = log.requests()
                    .stream()
                    .collect(Collectors.groupingBy(RequestRecord::phase, Collectors.counting()));
            assertThat(phases.get(RequestPhase.MEASURE)).isEqualTo(30);
            assertThat(phases.get(RequestPhase.WARM_UP)).isGreaterThan(200);
            assertThat(log.requests()).extracting(RequestRecord::requestClass).containsOnly(RequestClass.OK);
            assertThat(service.received()).hasSize(log.requests().size())
                    .extracting(Received::key)
                    .doesNotHaveDuplicates();
            long warmUpEnd = log.requests()
                    .stream()
                    .filter(r -> r.phase() == RequestPhase.WARM_UP)
                    .mapToLong(r -> r.endMicros().orElseThrow())
                    .max()
                    .orElseThrow();
            assertThat(warmUpEnd).isLessThan(log.measureStartMicros().orElseThrow());
            assertThat(String.valueOf(director.latest())).contains("\"phase\":\"done\"",
                    "\"completed\":" + log.requests().size() + ",", "\"sent\":" + log.requests().size() + ",")
                    .matches("(?s).*\"measureStartEpochMillis\":\\d{13},\"measureEndEpochMillis\":\\d{13}}\\s*");
            assertThat(run.output()).contains("count of all events is 30.0 : true");
        }
    }

    @Test
    void warmUpBeginsWithTheFirstUsersUntilAllAreCalled() throws Exception {
        Crowd crowd = new Crowd();
        try (Director director = new Director();
                StubService service = StubService.start(crowd::serve);
                GatlingRun run = GatlingRun.start(SteadyRate.class, service.url(), directory,
                        Map.of("rate", "10", "duration", "1", "control", director.socket().toString(), "warmupUsers",
                                "6",
                                "warmupFirstUsers", "2"))) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> service.received().size() > 100 && crowd.largest.get() >= 2);
            assertThat(crowd.largest).hasValue(2);
            director.tell("all-users");
            await().atMost(Duration.ofSeconds(30)).until(() -> crowd.largest.get() >= 6);
            director.tell("measure");
            assertThat(run.awaitExit()).as(run.output()).isZero();
            assertThat(run.requests().requests()).extracting(RequestRecord::requestClass).containsOnly(RequestClass.OK);
        }
    }

    @Test
    void restBeforeEveryClientHasItsConnectionDoesNotKeepTheScheduleFromBeginning() throws Exception {
        try (Director director = new Director();
                StubService service = StubService.start(StubService::paid);
                GatlingRun run = GatlingRun.start(SteadyRate.class, service.url(), directory,
                        Map.of("rate", "20", "arrivals", "constant", "duration", "1", "topology", "many", "clients",
                                "10", "control",
                                director.socket().toString(), "warmupUsers", "2"))) {
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> director.latest() != null);
            director.tell("rest");
            await().atMost(Duration.ofSeconds(30)).until(() -> service.received().size() == 10);
            director.tell("measure");
            assertThat(run.awaitExit()).as(run.output()).isZero();
            assertThat(run.requests().requests()).hasSize(30)
                    .extracting(RequestRecord::requestClass)
                    .containsOnly(RequestClass.OK);
        }
    }

    @Test
    void scheduleBeginsWhenTheCommandSays() throws Exception {
        try (Director director = new Director();
                StubService service = StubService.start(StubService::paid);
                GatlingRun run = GatlingRun.start(SteadyRate.class, service.url(), directory,
                        Map.of("rate", "10", "duration", "1", "control", director.socket().toString(), "warmupUsers",
                                "2"))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> service.received().size() > 10);
            long begin = System.currentTimeMillis() + 5_000;
            director.tell("measure " + begin);
            assertThat(run.awaitExit()).as(run.output()).isZero();
            RequestLog log = run.requests();
            assertThat((log.originEpochMicros() + log.measureStartMicros().orElseThrow()) / 1000)
                    .isBetween(begin - 5, begin + 5);
        }
    }

    @Test
    void scheduleThatWaitsBeginsAtOnceWhenTold() throws Exception {
        try (Director director = new Director();
                StubService service = StubService.start(StubService::paid);
                GatlingRun run = GatlingRun.start(SteadyRate.class, service.url(), directory, Map.of("rate", "10",
                        "arrivals", "constant", "duration", "4", "control", director.socket().toString(), "warmupUsers",
                        "2"))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> service.received().size() > 10);
            director.tell("measure wait");
            await().during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> String.valueOf(director.latest())
                            .contains("\"measureStartEpochMillis\":null"));
            int warmUp = service.received().size();
            long told = System.currentTimeMillis();
            director.tell("begin");
            assertThat(run.awaitExit()).as(run.output()).isZero();
            RequestLog log = run.requests();
            assertThat((log.originEpochMicros() + log.measureStartMicros().orElseThrow()) / 1000)
                    .as("sooner than who has to wait for the first users")
                    .isBetween(told, told + 2_000);
            assertThat(log.requests()).extracting(RequestRecord::requestClass).containsOnly(RequestClass.OK);
            assertThat(log.requests()).hasSize(warmUp + 40)
                    .filteredOn(r -> r.phase() == RequestPhase.MEASURE)
                    .hasSize(40);
        }
    }

    /**
     * Counts the requests that the server works on at a time. Connections may outnumber them: left by one request and
     * not yet back in the pool.
     */
    private static final class Crowd {

        final AtomicInteger largest = new AtomicInteger();

        private final AtomicInteger present = new AtomicInteger();

        Reply serve(Received request) {
            largest.accumulateAndGet(present.incrementAndGet(), Math::max);
            try {
                Thread.sleep(Duration.ofMillis(20)); // long enough for all permitted requests to overlap
                return StubService.paid(request);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                present.decrementAndGet();
            }
        }
    }

    @Test
    void manyClientsKeepOneConnectionEach() throws Exception {
        int clients = 8;
        try (StubService service = StubService.start(StubService::paid);
                GatlingRun run = GatlingRun.start(SteadyRate.class, service.url(), directory,
                        Map.of("rate", "100", "duration", "2", "topology", "many", "clients", "8", "warmup", "1",
                                "warmupUsers", "3"))) {
            assertThat(run.awaitExit()).as(run.output()).isZero();

            assertThat(run.requests().requests()).extracting(RequestRecord::requestClass).containsOnly(RequestClass.OK);
            assertThat(service.acceptedConnections()).isEqualTo(clients);
            Map<Integer, Set<Long>> clientsByConnection = service.received()
                    .stream()
                    .filter(r -> n(r) < PaymentRequests.FIRST_WARM_UP)
                    .collect(Collectors.groupingBy(
                            Received::connection, Collectors.mapping(r -> n(r) % clients, Collectors.toSet())));
            assertThat(clientsByConnection).hasSize(clients).allSatisfy((_, numbers) -> assertThat(numbers).hasSize(1));
            assertThat(service.received()).filteredOn(r -> n(r) >= PaymentRequests.FIRST_WARM_UP)
                    .extracting(Received::connection)
                    .contains(1, 2, 3, 4, 5, 6, 7, 8);
        }
    }

    @Test
    void aClientThatWaitsIsTheServersLatencyNotTheGeneratorsLag() throws Exception {
        try (StubService service = StubService
                .start(request -> new Reply.Delayed(Duration.ofMillis(300), StubService.paid(request)));
                GatlingRun run = GatlingRun.start(SteadyRate.class, service.url(), directory,
                        Map.of("rate", "10", "duration", "1", "topology", "many", "clients", "1", "arrivals",
                                "constant"))) {
            assertThat(run.awaitExit()).as(run.output()).isZero();

            List<RequestRecord> requests = run.requests().requests();
            assertThat(requests).extracting(RequestRecord::requestClass).hasSize(10).containsOnly(RequestClass.OK);
            // Each request takes 0.3 s and is due 0.1 s after the one before: the last one begins 1.8 s late.
            RequestRecord last = requests.getLast();
            long late = last.startMicros().orElseThrow() - last.intendedMicros().orElseThrow();
            assertThat(late).isGreaterThan(1_700_000);
            assertThat(last.latencyMicros().orElseThrow()).isGreaterThan(2_000_000);
            assertThat(last.lagMicros()).isLessThan(late / 2);
        }
    }

    @Test
    void everyWayToFailHasItsClass() throws Exception {
        String ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
        List<Failure> failures = List.of(new Failure(RequestClass.RESET, 0, _ -> new Reply.Reset()),
                new Failure(RequestClass.RESET, 0, _ -> new Reply.CutOff("")),
                new Failure(RequestClass.RESET, 0, _ -> new Reply.CutOff(ok + "100\r\n\r\n{\"orderId\":")),
                new Failure(RequestClass.TIMEOUT, 0, _ -> new Reply.Silence()),
                new Failure(RequestClass.STATUS, 500, _ -> new Reply.Answer(500, "{}")),
                new Failure(RequestClass.STATUS, 404, _ -> new Reply.Answer(404, "{}")),
                new Failure(RequestClass.BODY, 200, _ -> new Reply.Answer(200, "no JSON")),
                new Failure(RequestClass.BODY, 200,
                        r -> new Reply.Answer(200,
                                "{\"orderId\":" + r.orderId() + ",\"paymentId\":\"p\",\"status\":\"declined\"}")),
                new Failure(RequestClass.BODY, 200,
                        _ -> new Reply.Answer(200, "{\"orderId\":0,\"paymentId\":\"p\",\"status\":\"approved\"}")),
                new Failure(RequestClass.OTHER, 0, _ -> new Reply.CutOff("SMTP/1.1 what?\r\n\r\n")),
                new Failure(RequestClass.OK, 402, _ -> new Reply.Answer(402, "{}")),
                new Failure(RequestClass.OK, 200, StubService::paid));
        Set<String> keys = ConcurrentHashMap.newKeySet();
        try (StubService service = StubService.start(request -> {
            keys.add(request.key());
            return failures.get((int) n(request) % failures.size()).reply().apply(request);
        });
                GatlingRun run = GatlingRun.start(SteadyRate.class, service.url(), directory,
                        Map.of("rate", "120", "duration", "1", "arrivals", "constant", "requestTimeout", "1",
                                "expectedStatuses", "200,402"))) {
            assertThat(run.awaitExit()).as(run.output()).isEqualTo(GatlingCommand.ASSERTIONS_FAILED);

            assertThat(run.requests().requests()).hasSize(120).allSatisfy(request -> {
                Failure failure = failures.get((int) request.n() % failures.size());
                assertThat(request.requestClass()).isEqualTo(failure.requestClass());
                assertThat(request.status()).isEqualTo(failure.status());
                assertThat(request.endMicros()).isPresent();
            });
            // Connections closed under requests that could have been resent, but nothing was sent twice.
            assertThat(service.received()).filteredOn(r -> r.onConnection() > 1).isNotEmpty();
            assertThat(service.received()).extracting(Received::key).hasSize(120).doesNotHaveDuplicates();
        }
    }

    @Test
    void aRequestOnAConnectionThatClosesUnderItIsNotSentAgain() throws Exception {
        try (StubService service = StubService
                .start(request -> request.onConnection() % 5 == 0
                        ? new Reply.CutOff("")
                        : StubService.paid(request));
                GatlingRun run = GatlingRun.start(SteadyRate.class, service.url(), directory,
                        Map.of("rate", "100", "duration", "1", "topology", "many", "clients", "2", "arrivals",
                                "constant"))) {
            assertThat(run.awaitExit()).as(run.output()).isEqualTo(GatlingCommand.ASSERTIONS_FAILED);

            assertThat(service.received()).extracting(Received::key).hasSize(100).doesNotHaveDuplicates();
            Map<RequestClass, Long> classes = run.requests()
                    .requests()
                    .stream()
                    .collect(Collectors.groupingBy(RequestRecord::requestClass, Collectors.counting()));
            assertThat(classes).isEqualTo(Map.of(RequestClass.OK, 80L, RequestClass.RESET, 20L));
        }
    }

    @Test
    void aClosedPortRefuses() throws Exception {
        URI closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        try (GatlingRun run = GatlingRun.start(Spike.class, closed, directory,
                Map.of("base", "10", "peak", "100", "spikeAt", "0.4", "spikeDuration", "0.2", "duration", "1",
                        "arrivals", "constant", "warmup", "0.3", "assertions", "false"))) {
            assertThat(run.awaitExit()).as(run.output()).isZero();

            assertThat(run.requests().requests()).extracting(RequestRecord::requestClass)
                    .containsOnly(RequestClass.REFUSED);
            assertThat(run.requests().requests()).filteredOn(r -> r.phase() == RequestPhase.MEASURE)
                    .hasSize(4 + 20 + 4);
        }
    }

    @Test
    void anEndedProcessLeavesARowForEveryPlannedRequest() throws Exception {
        try (StubService service = StubService
                .start(request -> n(request) == 3 ? new Reply.Silence() : StubService.paid(request));
                GatlingRun run = GatlingRun.start(SteadyRate.class, service.url(), directory,
                        Map.of("rate", "20", "duration", "100", "arrivals", "constant"))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> service.received().size() > 10);
            run.terminate();
            assertThat(run.awaitExit()).isEqualTo(143);

            List<RequestRecord> requests = run.requests().requests();
            assertThat(requests).hasSize(2_000)
                    .extracting(RequestRecord::n)
                    .containsExactlyElementsOf(IntStream.range(0, 2_000).mapToObj(Long::valueOf).toList());
            assertThat(requests.get(0).requestClass()).isEqualTo(RequestClass.OK);
            assertThat(requests.get(3).requestClass()).isEqualTo(RequestClass.UNFINISHED);
            assertThat(requests.getLast().requestClass()).isEqualTo(RequestClass.NEVER_SENT);
            assertThat(run.output()).contains("Planned 2000 requests:", "never-sent");
        }
    }

    @Test
    void aSettingThatMakesNoSenseIsNamed() throws Exception {
        try (GatlingRun run = GatlingRun.start(SteadyRate.class, URI.create("http://127.0.0.1:1"), directory,
                Map.of("rate", "fast"))) {
            assertThat(run.awaitExit()).isNotZero();
            assertThat(run.output()).contains("-Drate=fast: must be a number from 0 to 100000");
        }
    }

    private static long n(Received request) {
        return Long.parseLong(request.key().substring(request.key().indexOf('-') + 1));
    }

    private record Failure(RequestClass requestClass, int status, Function<Received, Reply> reply) {}
}
