package dev.threeways.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.threeways.connections.Wire.Answer;
import dev.threeways.connections.http.HttpLimits;
import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.Response;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.jspecify.annotations.Nullable;

/**
 * Promises of every server, whatever its architecture; the module's README has the rules. Differences of the reference
 * servers are named as such.
 */
@ParameterizedClass
@EnumSource
@Execution(ExecutionMode.CONCURRENT) // tests mostly wait
class ContractTests {

    private static final HttpLimits LIMITS = new HttpLimits(2_000, 100_000, 50);

    private static final String STARTER = "starter";

    private static final String CHUNKED = Wire.chunkedHead("/echo");

    /** Request behind a rejected body, answered only by a server that reads on. */
    private static final String HIDDEN = Wire.get("/hidden");

    private static final Duration REQUEST_TIMEOUT = Duration.ofMillis(700);

    private static final Set<Architecture> NETTY = EnumSet.of(Architecture.NETTY_NIO, Architecture.NETTY_EPOLL,
            Architecture.NETTY_IO_URING);

    private final Architecture architecture;

    private final List<ConnectionServer> servers = new ArrayList<>();

    private final Queue<Request> handled = new ConcurrentLinkedQueue<>();

    /** Holds the threads of this test's servers and no others: other tests run at the same time. */
    private final ThreadGroup group = new ThreadGroup("servers");

    private final ServerSettings settings = ServerSettings.defaults()
            .withThreads(2, 4)
            .withLimits(LIMITS, 8, 1_000)
            .withTimeouts(REQUEST_TIMEOUT, Duration.ofMillis(900), Duration.ofSeconds(1), Duration.ofSeconds(3));

    ContractTests(Architecture architecture) {
        this.architecture = architecture;
    }

    @BeforeEach
    void isAvailable() {
        assumeTrue(architecture.unavailable() == null, architecture.unavailable());
    }

    @AfterEach
    void leavesNoThread() {
        servers.forEach(ConnectionServer::close);
        if (architecture != Architecture.JDK) { // JDK does not tell; virtual threads are in no list of threads
            servers.forEach(server -> assertThat(server.stats().open()).isZero());
        }
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    private List<String> threads() {
        Thread[] threads = new Thread[group.activeCount() + 10];
        int count = group.enumerate(threads);
        return Arrays.stream(threads, 0, count).map(Thread::getName).toList();
    }

    private ConnectionServer serve(ServerSettings with) throws IOException {
        ConnectionServer[] own = new ConnectionServer[1];
        Endpoints endpoints = new Endpoints(() -> own[0].stats());
        ConnectionServer server = architecture.server(with, new Handler() {
            @Override
            public Duration waiting(Request request) {
                return endpoints.waiting(request);
            }

            @Override
            public Response answer(Request request) throws Exception {
                handled.add(request);
                return endpoints.answer(request);
            }
        });
        own[0] = server;
        servers.add(server);
        FutureTask<@Nullable Void> start = new FutureTask<>(() -> {
            server.start();
            return null;
        });
        new Thread(group, start, STARTER).start(); // threads inherit the group of the thread that makes them
        try {
            start.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return server;
    }

    private ConnectionServer serve() throws IOException {
        return serve(settings);
    }

    private void requireStrictParser(String difference) {
        assumeTrue(architecture != Architecture.JDK, difference);
    }

    /** The JDK's server takes the size 100000000 for 0, so it must not read on after a body in chunks. */
    private void requireOpenAfterChunks() {
        assumeTrue(architecture != Architecture.JDK, "closes after a body in chunks");
    }

    private void requireLimits() {
        assumeTrue(architecture != Architecture.JDK, "limits of the JDK's server are system properties of the JVM");
    }

    // Framing

    @Test
    void a1AnswersOneRequestAfterTheOther() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            for (int i = 0; i < 100; i++) {
                Answer answer = wire.ask(Wire.post("/echo", "payment " + i));
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("payment " + i);
                assertThat(answer.fields()).containsKey("date").doesNotContainEntry("connection", "close");
            }
        }
    }

    @Test
    void a2FindsARequestWhereverTheStreamIsTorn() throws IOException, InterruptedException {
        String request = Wire.post("/echo", "torn");
        try (Wire wire = new Wire(serve().port())) {
            for (int at = 1; at < request.length(); at++) {
                wire.send(request.substring(0, at));
                Thread.sleep(2); // makes the rest another segment, and mostly another read
                wire.send(request.substring(at));
                assertThat(wire.answer().body()).as("torn at " + at).isEqualTo("torn");
            }
        }
    }

    @Test
    void a3AnswersWhatIsPipelinedInItsOrder() throws IOException {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            // The first wait longest: an answer that overtook another would show.
            requests.append(Wire.post("/wait/" + (i % 8 == 0 ? 20 : 8 - i % 8), "payment " + i));
        }
        try (Wire wire = new Wire(serve().port())) {
            wire.send(requests.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(wire.answer().body()).isEqualTo("payment " + i);
            }
        }
    }

    @Test
    void a4WritesAnswersThatDoNotFitTheSocket() throws IOException, InterruptedException {
        String body = "0123456789".repeat(10_000);
        try (Wire wire = new Wire(serve().port(), 4_096)) {
            wire.send(Wire.post("/echo", body)).send(Wire.post("/echo", body));
            Thread.sleep(200); // the server has written all it can, and waits
            assertThat(wire.answer().body()).isEqualTo(body);
            assertThat(wire.answer().body()).isEqualTo(body);
        }
    }

    @Test
    void a5AnswersHeadWithoutABody() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            Answer answer = wire.send("HEAD /stats HTTP/1.1\r\nHost: here\r\n\r\n").answer(false);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(wire.ask(Wire.post("/echo", "next")).body()).isEqualTo("next");
        }
    }

    @Test
    void a6AsksForABodyThatWaitsToBeAskedFor() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            wire.send("POST /echo HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(wire.answer().status()).isEqualTo(100);
            assertThat(wire.ask("body").body()).isEqualTo("body");
            assertThat(wire.ask(Wire.post("/echo", "next")).body()).isEqualTo("next");
        }
    }

    @Test
    void a6AsksForItAlsoBehindAnotherRequest() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            wire.send(Wire.post("/wait/20", "first")
                    + "POST /echo HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(wire.answer().body()).isEqualTo("first");
            assertThat(wire.answer().status()).isEqualTo(100);
            assertThat(wire.ask("body").body()).isEqualTo("body");
        }
    }

    @Test
    void a7ClosesWhenTheClientSaysSo() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            Answer answer = wire.ask("GET /echo HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
            assertThat(answer.status()).isEqualTo(200);
            if (architecture != Architecture.JDK) { // closes, without saying so
                assertThat(answer.fields()).containsEntry("connection", "close");
            }
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void a8AnswersHttp10AndCloses() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            assertThat(wire.ask("GET /echo HTTP/1.0\r\n\r\n").status()).isEqualTo(200);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void a9AnswersAClientThatHasSentAllItWanted() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            Answer answer = wire.send(Wire.post("/wait/50", "last words")).endOutput().answer();
            assertThat(answer.body()).isEqualTo("last words");
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void a9AnswersAllThatSuchAClientHasSent() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            wire.send(Wire.post("/wait/50", "one") + Wire.post("/echo", "two") + Wire.post("/wait/20", "three"));
            assertThat(wire.endOutput().answers()).extracting(Answer::body).containsExactly("one", "two", "three");
        }
    }

    @Test
    void a10ReadsABodyInChunks() throws IOException {
        requireOpenAfterChunks();
        try (Wire wire = new Wire(serve().port())) {
            assertThat(wire.ask(Wire.chunked("/echo", "first", " and", " last")).body()).isEqualTo("first and last");
            assertThat(wire.ask(Wire.chunked("/echo").replace(": chunked", ": Chunked")).body()).isEmpty();
            assertThat(wire.ask(Wire.post("/echo", "next")).body()).isEqualTo("next");
            String large = "0123456789".repeat(5_000);
            assertThat(wire.ask(Wire.chunked("/echo", large, large)).body()).isEqualTo(large + large);
            assertThat(wire.ask(Wire.post("/echo", "next")).body()).isEqualTo("next");
        }
    }

    @Test
    void a10IgnoresExtensionsAndTrailers() throws IOException {
        requireOpenAfterChunks();
        try (Wire wire = new Wire(serve().port())) {
            assertThat(wire.ask(CHUNKED + "0002;a=b;c=\"; 0\"\r\nab\r\nA;d\r\n0123456789\r\n00;last\r\n"
                    + "Content-Length: 5\r\nContent-Type: text/trailer\r\nX-Late: \r\n\r\n"))
                    .satisfies(answer -> assertThat(answer.status()).isEqualTo(200))
                    .satisfies(answer -> assertThat(answer.body()).isEqualTo("ab0123456789"));
            assertThat(wire.ask(Wire.post("/echo", "next")).body()).isEqualTo("next");
        }
        assertThat(handled).hasSize(2)
                .allSatisfy(request -> assertThat(request.fields())
                        .doesNotContainKeys("x-late", "content-type")
                        .doesNotContainEntry("content-length", "5"));
    }

    @Test
    void a11FindsTheChunksWhereverTheStreamIsTorn() throws IOException, InterruptedException {
        boolean closes = architecture == Architecture.JDK;
        int port = serve().port();
        String request = Wire.chunked("/echo", "in", "chunks").replace("\r\n2\r\n", "\r\n2;some=extension\r\n");
        Wire wire = new Wire(port);
        try {
            for (int at = 1; at < request.length(); at++) {
                wire.send(request.substring(0, at));
                Thread.sleep(2); // makes the rest another segment, and mostly another read
                wire.send(request.substring(at));
                assertThat(wire.answer().body()).as("torn at " + at).isEqualTo("inchunks");
                if (closes) {
                    wire.close();
                    wire = new Wire(port);
                }
            }
        } finally {
            wire.close();
        }
    }

    @Test
    void a12AnswersWhatIsPipelinedInChunksInItsOrder() throws IOException {
        requireOpenAfterChunks();
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            requests.append(Wire.chunked("/wait/" + (i % 8 == 0 ? 20 : 8 - i % 8), "payment", " " + i))
                    .append(Wire.post("/echo", "between " + i));
        }
        try (Wire wire = new Wire(serve().port())) {
            wire.send(requests.toString());
            for (int i = 0; i < 100; i++) {
                assertThat(wire.answer().body()).isEqualTo("payment " + i);
                assertThat(wire.answer().body()).isEqualTo("between " + i);
            }
        }
    }

    @Test
    void a13AsksForChunksThatWaitToBeAskedFor() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            wire.send(CHUNKED.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"));
            assertThat(wire.answer().status()).isEqualTo(100);
            assertThat(wire.ask("4\r\nbody\r\n0\r\n\r\n").body()).isEqualTo("body");
            if (architecture != Architecture.JDK) {
                assertThat(wire.ask(Wire.post("/echo", "next")).body()).isEqualTo("next");
            }
        }
    }

    @Test
    void a14AnswersAClientThatHasSentAllItsChunks() throws IOException {
        ConnectionServer server = serve();
        try (Wire wire = new Wire(server.port())) {
            Answer answer = wire.send(Wire.chunked("/wait/50", "last", " words")).endOutput().answer();
            assertThat(answer.body()).isEqualTo("last words");
            assertThat(wire.isEnded()).isTrue();
        }
        handled.clear();
        try (Wire wire = new Wire(server.port())) {
            wire.send(CHUNKED + "a\r\nnot all").endOutput();
            if (architecture == Architecture.JDK) {
                assertThat(wire.answer().status()).isEqualTo(400);
            }
            assertThat(wire.isEnded()).isTrue();
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void a15ServesWhatIsUnusualAndAllowed() throws IOException {
        ConnectionServer server = serve();
        try (Wire wire = new Wire(server.port())) {
            assertThat(wire.ask("GET /echo HTTP/1.1\r\nHost: payment_service:8080\r\n\r\n").status()).isEqualTo(200);
            assertThat(wire.ask("OPTIONS /echo HTTP/1.1\r\nHost: here\r\n\r\n").status()).isEqualTo(200);
            Answer trace = wire.ask("TRACE /echo HTTP/1.1\r\nHost: here\r\nCookie: secret\r\n\r\n");
            assertThat(trace.status()).isEqualTo(200);
            assertThat(trace.body()).as("it reflects no fields").isEmpty();
            assertThat(wire.ask("GET http://here:80/echo?a=b HTTP/1.1\r\nHost: here\r\n\r\n").status()).isEqualTo(200);
            if (architecture != Architecture.JDK) { // java.net.URI takes neither: 400
                assertThat(wire.ask(Wire.get("/echo?discount=100%")).status()).isEqualTo(200);
                assertThat(wire.ask("OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n").status()).isEqualTo(404);
            }
            assertThat(wire.ask(Wire.post("/echo", "next")).body()).isEqualTo("next");
        }
        assertThat(handled).extracting(Request::path).startsWith("/echo", "/echo", "/echo", "/echo");
        try (Wire wire = new Wire(server.port())) {
            wire.send("POST /echo HTTP/1.0\r\nConnection: close\r\nContent-Length: 3\r\n\r\nold");
            assertThat(wire.answer().body()).isEqualTo("old");
            assertThat(wire.isEnded()).isTrue();
        }
    }

    // Malformed requests

    @Test
    void b1RefusesWhatIsMalformed() throws IOException {
        requireStrictParser("the JDK's parser is lenient");
        ConnectionServer server = serve();
        Map<String, Integer> bad = new HashMap<>(Map.ofEntries(Map.entry("GARBAGE\r\n\r\n", 400),
                Map.entry("GET /echo\r\n\r\n", 400),
                Map.entry("GET  /echo HTTP/1.1\r\nHost: here\r\n\r\n", 400),
                Map.entry("GET /echo HTTP/1.1\nHost: here\n\n", 400),
                Map.entry("GET /echo HTTP/1.1\r\n\r\n", 400),
                Map.entry("GET /echo HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n", 400),
                Map.entry("GET /echo HTTP/1.1\r\nHost : here\r\n\r\n", 400),
                Map.entry("GET /echo HTTP/1.1\r\nHost: here\r\n folded\r\n\r\n", 400),
                Map.entry("GET /echo HTTP/1.1\r\nHost: he\u0001re\r\n\r\n", 400),
                Map.entry("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: -1\r\n\r\n", 400),
                Map.entry("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: +1\r\n\r\n", 400),
                Map.entry("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
                Map.entry(
                        "POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                        400),
                Map.entry("POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
                Map.entry("GET /echo HTTP/2.0\r\nHost: here\r\n\r\n", 505),
                Map.entry("GET /echo HTTP/1.1\r\nHost: here\r\nExpect: miracles\r\n\r\n", 417),
                Map.entry("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 99999999999999999999\r\n\r\n", 413)));
        if (NETTY.contains(architecture)) { // Netty takes several blanks for one, and joins folded lines
            bad.keySet().removeIf(request -> request.contains("  ") || request.contains("folded"));
            bad.replaceAll((request, status) -> status == 413 ? 400 : status); // not a number that Netty knows
        }
        for (Map.Entry<String, Integer> request : bad.entrySet()) {
            try (Wire wire = new Wire(server.port())) {
                Answer answer = wire.ask(request.getKey());
                assertThat(answer.status()).as(request.getKey()).isEqualTo(request.getValue());
                assertThat(answer.fields()).containsEntry("content-type", "application/problem+json")
                        .containsEntry("connection", "close");
                assertThat(wire.isEnded()).isTrue();
            }
        }
        assertThat(server.stats().badRequests()).isEqualTo(bad.size());
        assertThat(server.stats().requests()).isZero();
    }

    @Test
    void b2AnswersWhatWasCompleteBeforeIt() throws IOException {
        requireStrictParser("the JDK's server drops them");
        try (Wire wire = new Wire(serve().port())) {
            wire.send(Wire.post("/wait/50", "good") + "GARBAGE\r\n\r\n" + Wire.post("/echo", "never read"));
            assertThat(wire.answer().body()).isEqualTo("good");
            assertThat(wire.answer().status()).isEqualTo(400);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void b3RefusesAHeadThatIsTooLong() throws IOException {
        requireLimits();
        ConnectionServer server = serve();
        try (Wire wire = new Wire(server.port())) {
            Answer answer = wire.ask("GET /echo HTTP/1.1\r\nHost: here\r\nCookie: " + "c".repeat(3_000) + "\r\n\r\n");
            assertThat(answer.status()).isEqualTo(431);
            assertThat(wire.isEnded()).isTrue();
        }
        try (Wire wire = new Wire(server.port())) {
            assertThat(wire.ask("GET /" + "p".repeat(3_000) + " HTTP/1.1\r\nHost: here\r\n\r\n").status())
                    .isEqualTo(414);
        }
    }

    @Test
    void b4RefusesTooManyFields() throws IOException {
        requireStrictParser("a property of the JVM");
        try (Wire wire = new Wire(serve().port())) {
            assertThat(wire.ask("GET /echo HTTP/1.1\r\nHost: here\r\n" + "A: b\r\n".repeat(51) + "\r\n").status())
                    .isEqualTo(431);
        }
    }

    @Test
    void b5TellsAClientWhyItsBodyIsNotRead() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            wire.send("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 300000\r\n\r\n");
            try {
                wire.send("x".repeat(300_000)); // sent before the answer is read
            } catch (IOException _) {
                // The server may have closed already: what counts is that the answer can be read.
            }
            assertThat(wire.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void b5ClosesAlsoIfThatBodyNeverComes() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            assertThat(wire.ask("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 300000\r\n\r\n").status())
                    .isEqualTo(413);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void b6HidesNoRequestInChunks() throws IOException {
        ConnectionServer server = serve();
        List<String> chunks = List.of("\r\n", " 5\r\nfirst\r\n0\r\n\r\n", "5 \r\nfirst\r\n0\r\n\r\n",
                "5 x\r\nfirst\r\n0\r\n\r\n", "+5\r\nfirst\r\n0\r\n\r\n", "-5\r\nfirst\r\n0\r\n\r\n",
                "0x5\r\nfirst\r\n0\r\n\r\n", "5\nfirst\n0\n\n", "5;x\nfirst\r\n0\r\n\r\n",
                "5\r\nfirst0\r\n\r\n", "5\r\nfirst\n0\r\n\r\n", "4\r\nfirst\r\n0\r\n\r\n", "xyz\r\n\r\n",
                "0\r\n", "0\r\n\n", "0\r\nA : b\r\n\r\n", "0\r\nA: b\n\n", "0;\n\r\n", "80000000\r\n\r\n",
                "100000000\r\n\r\n", "10000000000000000\r\n\r\n", "fffffffffffffffffff\r\n\r\n");
        for (String each : chunks) {
            try (Wire wire = new Wire(server.port())) {
                List<Answer> answers = wire.send(CHUNKED + each + HIDDEN).endOutput().answers();
                if (architecture != Architecture.JDK) {
                    assertThat(answers).as(each).hasSize(1).allSatisfy(answer -> {
                        assertThat(answer.status()).isIn(400, 413);
                        assertThat(answer.fields()).containsEntry("content-type", "application/problem+json")
                                .containsEntry("connection", "close");
                    });
                } else { // the JDK misreads some sizes: what counts is that nothing follows
                    assertThat(answers).as(each)
                            .hasSizeLessThanOrEqualTo(1)
                            .allSatisfy(answer -> assertThat(answer.fields()).containsEntry("connection", "close"));
                }
            }
        }
        if (architecture != Architecture.JDK) {
            assertThat(handled).isEmpty();
            assertThat(server.stats().badRequests()).isEqualTo(chunks.size());
        }
        assertThat(handled).extracting(Request::path).doesNotContain("/hidden");
    }

    @Test
    void b7RefusesAnyFramingThatIsNotCertain() throws IOException {
        ConnectionServer server = serve();
        List<String> fields = List.of("Transfer-Encoding: xchunked", "Transfer-Encoding: gzip",
                "Transfer-Encoding: identity", "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding:", "Transfer-Encoding: \"chunked\"", "Transfer-Encoding: \u000bchunked",
                "Transfer-Encoding : chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: xchunked\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5, 5", "Content-Length: +5", "Content-Length: -5", "Content-Length: 0x5",
                "Content-Length: 5 5", "Content-Length:", "Content-Length: 5.0");
        List<String> requests = new ArrayList<>();
        fields.forEach(each -> requests.add("POST /echo HTTP/1.1\r\nHost: here\r\n" + each + "\r\n\r\n"));
        requests.add(CHUNKED.replace("HTTP/1.1", "HTTP/1.0"));
        requests.add(CHUNKED.replace("HTTP/1.1", "HTTP/1.0").replace("\r\n\r\n", "\r\nConnection: keep-alive\r\n\r\n"));
        for (String each : requests) {
            try (Wire wire = new Wire(server.port())) {
                List<Answer> answers = wire.send(each + "0\r\n\r\n" + HIDDEN).endOutput().answers();
                assertThat(answers).as(each).hasSize(1).allSatisfy(answer -> {
                    if (architecture != Architecture.JDK || !each.contains("\u000b")) { // the JDK drops it
                        assertThat(answer.status()).isIn(400, 501);
                    }
                    assertThat(answer.fields()).containsEntry("connection", "close");
                });
            }
        }
        if (architecture != Architecture.JDK) {
            assertThat(handled).isEmpty();
        }
        assertThat(handled).extracting(Request::path).doesNotContain("/hidden");
    }

    @Test
    void b8RefusesABodyInChunksAsSoonAsItIsKnownToBeTooLarge() throws IOException {
        ConnectionServer server = serve();
        String half = Wire.chunk("x".repeat(50_000));
        try (Wire wire = new Wire(server.port())) {
            assertThat(wire.ask(CHUNKED + half + half + "0\r\n\r\n").body()).hasSize(100_000);
        }
        try (Wire wire = new Wire(server.port())) {
            wire.send(CHUNKED + half + half);
            assertThat(wire.ask(architecture == Architecture.JDK ? Wire.chunk("x") : "1\r\n").status()).isEqualTo(413);
            wire.endOutput();
            assertThat(wire.isEnded()).isTrue();
        }
        try (Wire wire = new Wire(server.port())) {
            try {
                wire.send(CHUNKED + half.repeat(6)); // sent before the answer is read
            } catch (IOException _) {
                // The server may have closed already: what counts is that the answer can be read.
            }
            assertThat(wire.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void b9BoundsTheFramingOfChunks() throws IOException {
        requireLimits();
        ConnectionServer server = serve();
        try (Wire wire = new Wire(server.port())) {
            assertThat(wire.ask(CHUNKED + ("1;" + "e".repeat(150) + "\r\nx\r\n").repeat(14)).status()).isEqualTo(400);
            assertThat(wire.isEnded()).isTrue();
        }
        try (Wire wire = new Wire(server.port())) {
            assertThat(wire.ask(CHUNKED + "0\r\n" + "A: b\r\n".repeat(51) + "\r\n").status()).isEqualTo(431);
            assertThat(wire.isEnded()).isTrue();
        }
        try (Wire wire = new Wire(server.port())) {
            assertThat(wire.ask(CHUNKED + "0\r\nA: " + "b".repeat(2_000)).status()).isEqualTo(431);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    // Time, and clients that do not behave

    @Test
    void c1DoesNotWaitForeverForARequest() throws IOException {
        requireLimits();
        ConnectionServer server = serve();
        try (Wire slow = new Wire(server.port()); Wire other = new Wire(server.port())) {
            AtomicBoolean ended = new AtomicBoolean();
            Thread drip = Thread.startVirtualThread(() -> {
                try {
                    slow.send("GET /echo HTTP/1.1\r\nHost: here\r\nCookie: ");
                    while (!ended.get()) {
                        slow.send("c");
                        Thread.sleep(50); // a byte now and then, as a slow client does
                    }
                } catch (IOException | InterruptedException _) {
                    // The server has closed.
                }
            });
            assertThat(other.ask(Wire.post("/echo", "meanwhile")).body()).isEqualTo("meanwhile");
            assertThat(slow.answer().status()).isEqualTo(408);
            assertThat(slow.isEnded()).isTrue();
            ended.set(true);
            drip.interrupt();
        }
        assertThat(server.stats().timeouts()).isEqualTo(1);
    }

    @Test
    void c1DoesNotWaitForeverForChunks() throws IOException {
        requireLimits();
        ConnectionServer server = serve();
        try (Wire slow = new Wire(server.port()); Wire behind = new Wire(server.port())) {
            slow.send(CHUNKED + Wire.chunk("some") + "5;");
            behind.send(Wire.post("/wait/50", "before") + CHUNKED + Wire.chunk("some"));
            assertThat(slow.answer().status()).isEqualTo(408);
            assertThat(slow.isEnded()).isTrue();
            assertThat(behind.answer().body()).isEqualTo("before");
            assertThat(behind.answer().status()).isEqualTo(408);
            assertThat(behind.isEnded()).isTrue();
        }
        assertThat(server.stats().timeouts()).isEqualTo(2);
    }

    @Test
    void c2ClosesAConnectionThatIsIdle() throws IOException {
        requireLimits();
        ConnectionServer server = serve();
        try (Wire silent = new Wire(server.port()); Wire used = new Wire(server.port())) {
            assertThat(used.ask(Wire.get("/echo")).status()).isEqualTo(200);
            assertThat(silent.isEnded()).isTrue();
            assertThat(used.isEnded()).isTrue();
        }
        await().untilAsserted(() -> assertThat(server.stats().idleClosed()).isEqualTo(2));
    }

    @Test
    void c2DoesNotCloseOneThatIsUsed() throws IOException, InterruptedException {
        requireLimits();
        ConnectionServer server = serve();
        try (Wire used = new Wire(server.port())) {
            for (int i = 0; i < 8; i++) { // far longer than the timeouts in all
                assertThat(used.ask(Wire.post("/echo", "used")).body()).isEqualTo("used");
                Thread.sleep(250); // well within each timeout
            }
            String request = Wire.post("/echo", "torn");
            used.send(request.substring(0, 20));
            for (int i = 0; i < 8; i++) {
                Thread.sleep(200); // a request is always begun, and never for long
                used.send(request.substring(20) + request.substring(0, 20));
                assertThat(used.answer().body()).isEqualTo("torn");
            }
        }
        assertThat(server.stats().timeouts() + server.stats().idleClosed()).isZero();
    }

    @Test
    void c3DoesNotWaitForeverForAClientToRead() throws IOException {
        requireLimits();
        ConnectionServer server = serve();
        try (Wire deaf = new Wire(server.port(), 4_096); Wire other = new Wire(server.port())) {
            String request = Wire.post("/echo", "0123456789".repeat(9_000));
            Thread flood = Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        deaf.send(request);
                    }
                } catch (IOException _) {
                    // The server has closed.
                }
            });
            for (int i = 0; i < 20; i++) {
                assertThat(other.ask(Wire.post("/echo", "meanwhile")).body()).isEqualTo("meanwhile");
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> !flood.isAlive());
        }
        await().untilAsserted(() -> assertThat(server.stats().open()).isZero());
    }

    @Test
    void c4GoesOnAfterResets() throws IOException, InterruptedException {
        ConnectionServer server = serve();
        for (int i = 0; i < 50; i++) {
            Wire wire = new Wire(server.port());
            wire.send(i % 2 == 0 ? "POST /echo HTTP/1.1\r\nHost: here\r\nContent-Le" : Wire.post("/wait/30", "unread"));
            Thread.sleep(i % 5); // at different points of a request's life
            wire.reset();
        }
        try (Wire wire = new Wire(server.port())) {
            assertThat(wire.ask(Wire.post("/echo", "still here")).body()).isEqualTo("still here");
        }
        if (architecture != Architecture.JDK) { // the JDK does not tell
            await().untilAsserted(() -> assertThat(server.stats().open()).isZero());
        }
    }

    // Handlers

    @Test
    void d1SurvivesAHandlerThatThrows() throws IOException {
        ConnectionServer server = serve();
        try (Wire wire = new Wire(server.port())) {
            for (int i = 0; i < 20; i++) {
                assertThat(wire.ask(Wire.get("/fail")).status()).isEqualTo(500);
                assertThat(wire.ask(Wire.post("/echo", "still here")).body()).isEqualTo("still here");
            }
        }
        assertThat(server.stats().handlerErrors()).isEqualTo(20);
    }

    @Test
    void d2SaysWhatThereIs() throws IOException {
        try (Wire wire = new Wire(serve().port())) {
            assertThat(wire.ask(Wire.get("/nothing")).status()).isEqualTo(404);
            assertThat(wire.ask(Wire.get("/stats")).body()).contains("requests").contains("worker");
        }
    }

    @Test
    void d3ShedsWhatItsWorkersCannotTake() throws IOException {
        assumeTrue(EnumSet.of(Architecture.MESSAGE_BALANCED, Architecture.SHARDED_AND_BALANCED).contains(architecture),
                "only where workers have a queue");
        ConnectionServer server = serve(
                settings.withThreads(1, 1)
                        .withLimits(LIMITS, 8, 2)
                        .withTimeouts(REQUEST_TIMEOUT,
                                Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofSeconds(3)));
        List<Wire> wires = new ArrayList<>();
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            wires.add(new Wire(server.port()).send(Wire.post("/wait/300", "")));
        }
        for (Wire wire : wires) {
            statuses.add(wire.answer().status());
        }
        for (Wire wire : wires) { // the queue is empty by now
            assertThat(wire.ask(Wire.post("/echo", "next")).body()).isEqualTo("next");
            wire.close();
        }
        assertThat(statuses).containsOnly(200, 503);
        assertThat(server.stats().shed()).isPositive()
                .isEqualTo(statuses.stream().filter(status -> status == 503).count());
    }

    // Many, and the end

    @Test
    void e1ServesAThousandConnectionsAtOnce() throws Exception {
        ConnectionServer server = serve(settings.withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(30),
                Duration.ofSeconds(10), Duration.ofSeconds(3)));
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            wires.add(new Wire(server.port()));
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < wires.size(); i++) {
                wires.get(i).send(Wire.post("/wait/5", round + " of " + i));
            }
            for (int i = 0; i < wires.size(); i++) {
                assertThat(wires.get(i).answer().body()).isEqualTo(round + " of " + i);
            }
        }
        if (architecture != Architecture.JDK) { // the JDK does not tell
            assertThat(server.stats().open()).isEqualTo(1_000);
            assertThat(server.stats().accepted()).isEqualTo(1_000);
        }
        assertThat(server.stats().requests()).isEqualTo(3_000);
        await().untilAsserted(() -> assertThat(server.stats().answers()).isEqualTo(3_000));
        for (Wire wire : wires) {
            wire.close();
        }
        if (architecture != Architecture.JDK) {
            await().untilAsserted(() -> assertThat(server.stats().open()).isZero());
        }
    }

    @Test
    void e2LeavesInTheBacklogWhatItHasNoRoomFor() throws IOException {
        requireLimits();
        assumeTrue(architecture != Architecture.NETTY_IO_URING, "it accepts them, and closes them");
        ConnectionServer server = serve(settings.withConnections(100, 5)
                .withThreads(1, 4)
                .withTimeouts(
                        Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(3)));
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            wires.add(new Wire(server.port()).send(Wire.post("/echo", "payment " + i)));
        }
        await().untilAsserted(() -> assertThat(server.stats().answers()).isEqualTo(5));
        assertThat(server.stats().open()).isEqualTo(5);
        for (int i = 0; i < 8; i++) {
            assertThat(wires.get(i).answer().body()).isEqualTo("payment " + i);
            wires.get(i).close(); // makes room for the next
        }
    }

    @Test
    void e3AnswersWhatItHasWhenItCloses() throws Exception {
        ConnectionServer server = serve(settings.withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(30),
                Duration.ofSeconds(10), Duration.ofSeconds(5)));
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            wires.add(new Wire(server.port()));
        }
        // Serving every connection once takes it out of the backlog.
        for (Wire wire : wires) {
            assertThat(wire.ask(Wire.post("/echo", "before")).status()).isEqualTo(200);
        }
        for (Wire wire : wires.subList(0, 20)) {
            wire.send(Wire.post("/wait/200", "in hand"));
        }
        await().untilAsserted(() -> assertThat(server.stats().requests()).isEqualTo(60));
        try (ExecutorService closer = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> closed = closer.submit(server::close);
            for (Wire wire : wires.subList(0, 20)) {
                assertThat(wire.answer().body()).isEqualTo("in hand");
                assertThat(wire.isEnded()).isTrue();
            }
            for (Wire wire : wires.subList(20, 40)) {
                assertThat(wire.isEnded()).isTrue();
            }
            closed.get();
        }
        assertThatThrownBy(() -> new Wire(server.port())).isInstanceOf(IOException.class);
        await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    @Test
    void e4LosesNoAnswerHalfWayWhenItClosesUnderLoad() throws Exception {
        ConnectionServer server = serve();
        AtomicBoolean partial = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(Thread.startVirtualThread(() -> {
                try (Wire wire = new Wire(server.port())) {
                    while (true) {
                        Answer answer = wire.ask(Wire.post("/wait/3", "x".repeat(500)));
                        if (answer.status() != 200) {
                            partial.set(true);
                        }
                    }
                } catch (EOFException e) {
                    partial.compareAndSet(false, !String.valueOf(e.getMessage()).equals(Wire.NOTHING));
                } catch (SocketTimeoutException _) {
                    partial.set(true); // neither answered nor closed
                } catch (IOException _) {
                    // The request went to a connection that was being closed.
                }
            }));
        }
        await().untilAsserted(() -> assertThat(server.stats().answers()).isGreaterThan(500));
        server.close();
        for (Thread client : clients) {
            client.join();
        }
        assertThat(partial).isFalse();
        if (!NETTY.contains(architecture) && architecture != Architecture.JDK) {
            assertThat(server.stats().answers()).as("every request that was read").isEqualTo(server.stats().requests());
        }
    }

    // Ports and roles

    @Test
    void f1SaysWhichPortIsTaken() throws IOException {
        assumeTrue(architecture != Architecture.SOCKET_SHARDED && architecture != Architecture.SHARDED_AND_BALANCED,
                "shares its port with whoever asks");
        int port = serve().port();
        assertThatThrownBy(() -> serve(settings.withPort(port))).isInstanceOf(IOException.class)
                .hasMessageContaining(String.valueOf(port));
    }

    @Test
    void f2SharesAPortWithAnother() throws IOException {
        assumeTrue(architecture.canShareAPort(), "a port of its own");
        ConnectionServer one = serve(settings.withShared(true));
        ConnectionServer other = serve(settings.withShared(true).withPort(one.port()));
        for (int i = 0; i < 100; i++) {
            try (Wire wire = new Wire(one.port())) {
                assertThat(wire.ask(Wire.post("/echo", "one of them")).status()).isEqualTo(200);
            }
        }
        assertThat(one.stats().accepted()).isPositive();
        assertThat(other.stats().accepted()).isPositive();
        assertThat(one.stats().accepted() + other.stats().accepted()).isEqualTo(100);
    }

    @Test
    void f3HasItsRolesDoneByTheThreadsThatAreItsArchitecture() throws IOException {
        ConnectionServer server = serve(settings.withThreads(2, 2));
        for (int i = 0; i < 60; i++) {
            try (Wire wire = new Wire(server.port())) {
                assertThat(wire.ask(Wire.post("/echo", "")).status()).isEqualTo(200);
            }
        }
        Map<Role, Map<String, Long>> roles = server.stats().roles();
        switch (architecture) {
            case SINGLE_THREADED -> assertThat(names(roles))
                    .isEqualTo(Map.of(Role.LISTENER, Set.of("loop-1"), Role.ACCEPTOR, Set.of("loop-1"), Role.READER,
                            Set.of("loop-1"), Role.WORKER, Set.of("loop-1")));
            case THREAD_PER_CONNECTION, VIRTUAL_THREAD_PER_CONNECTION -> assertThat(names(roles))
                    .isEqualTo(Map.of(Role.LISTENER, Set.of(STARTER), Role.ACCEPTOR, Set.of("acceptor-1"), Role.READER,
                            Set.of("connection-*"), Role.WORKER, Set.of("connection-*")));
            case MULTIPLE_ACCEPTORS -> {
                assertThat(names(roles).get(Role.LISTENER)).containsExactly(STARTER);
                assertThat(Set.of("acceptor-1", "acceptor-2")).containsAll(names(roles).get(Role.ACCEPTOR));
                assertThat(names(roles).get(Role.READER)).isEqualTo(names(roles).get(Role.ACCEPTOR));
                assertThat(roles.get(Role.WORKER)).isEqualTo(roles.get(Role.ACCEPTOR)); // one request each
            }
            case MESSAGE_BALANCED -> assertThat(names(roles))
                    .isEqualTo(Map.of(Role.LISTENER, Set.of("listener-1"), Role.ACCEPTOR, Set.of("listener-1"),
                            Role.READER, Set.of("listener-1"), Role.WORKER, Set.of("worker-1", "worker-2")));
            case SOCKET_SHARDED -> {
                assertThat(names(roles).get(Role.LISTENER)).containsExactlyInAnyOrder("shard-1", "shard-2");
                assertThat(names(roles).get(Role.ACCEPTOR)).containsExactlyInAnyOrder("shard-1", "shard-2");
                assertThat(roles.get(Role.WORKER)).isEqualTo(roles.get(Role.ACCEPTOR)); // one request each
            }
            case SHARDED_AND_BALANCED -> {
                assertThat(names(roles).get(Role.LISTENER)).containsExactlyInAnyOrder("listener-1", "listener-2");
                assertThat(names(roles).get(Role.READER)).containsExactlyInAnyOrder("listener-1", "listener-2");
                assertThat(names(roles).get(Role.WORKER)).containsExactlyInAnyOrder("worker-1", "worker-2");
            }
            case JDK -> assertThat(names(roles).get(Role.WORKER)).containsExactly("handler");
            case NETTY_NIO, NETTY_EPOLL, NETTY_IO_URING -> {
                assertThat(names(roles).get(Role.ACCEPTOR)).allMatch(name -> name.startsWith("netty-acceptor"))
                        .hasSize(1);
                assertThat(names(roles).get(Role.WORKER)).allMatch(name -> name.startsWith("netty-loop")).hasSize(2);
            }
        }
        assertThat(Objects.requireNonNull(roles.get(Role.WORKER)).values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(60);
    }

    private static Map<Role, Set<String>> names(Map<Role, Map<String, Long>> roles) {
        Map<Role, Set<String>> names = new EnumMap<>(Role.class);
        roles.forEach((role, threads) -> names.put(role, threads.keySet()));
        return names;
    }
}
