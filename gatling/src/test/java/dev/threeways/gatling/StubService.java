package dev.threeways.gatling;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Speaks as much HTTP as Gatling needs, and breaks off wherever a test wants it to. */
final class StubService implements AutoCloseable {

    /** A request without a body, as received. */
    record Received(String requestLine, List<String> headers, int connection, int onConnection) {

        String header(String name) {
            return headers.stream()
                    .filter(h -> h.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(h -> h.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }

        String key() {
            return header("Idempotency-Key");
        }

        String orderId() {
            return requestLine.split("/", -1)[2];
        }
    }

    sealed interface Reply {

        record Answer(int status, String body) implements Reply {}

        /** Sends these bytes and closes. */
        record CutOff(String bytes) implements Reply {}

        record Reset() implements Reply {}

        record Silence() implements Reply {}

        /** Answers after a delay. */
        record Delayed(Duration delay, Reply then) implements Reply {}
    }

    private final ServerSocket listener;

    private final Function<Received, Reply> behaviour;

    private final Queue<Received> received = new ConcurrentLinkedQueue<>();

    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private final AtomicInteger accepted = new AtomicInteger();

    private final CountDownLatch closed = new CountDownLatch(1);

    private StubService(Function<Received, Reply> behaviour) throws IOException {
        this.listener = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        this.behaviour = behaviour;
    }

    static StubService start(Function<Received, Reply> behaviour) throws IOException {
        StubService service = new StubService(behaviour);
        Thread.ofVirtual().start(service::accept);
        return service;
    }

    static Reply paid(Received request) {
        return new Reply.Answer(200, String.format(Locale.ROOT, """
                {"orderId":%s,"paymentId":"p-%s","status":"approved","amount":12.34,"currency":"EUR"}""",
                request.orderId(), request.key()));
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    List<Received> received() {
        return new ArrayList<>(received);
    }

    int acceptedConnections() {
        return accepted.get();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                int connection = accepted.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, connection));
            }
        } catch (IOException _) { // closed
        }
    }

    private void serve(Socket socket, int connection) {
        try (socket) {
            socket.setTcpNoDelay(true);
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            int number = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> headers = new ArrayList<>();
                for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
                    headers.add(header);
                }
                Received request = new Received(line, headers, connection, ++number);
                received.add(request);
                if (!reply(socket, behaviour.apply(request))) {
                    return;
                }
            }
        } catch (IOException _) { // the client went away
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    /** @return false if the connection is finished */
    private boolean reply(Socket socket, Reply reply) throws IOException, InterruptedException {
        return switch (reply) {
            case Reply.Answer(int status, String body) -> {
                send(socket, "HTTP/1.1 " + status + " Whatever\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
                yield true;
            }
            case Reply.CutOff(String bytes) -> {
                send(socket, bytes);
                yield false;
            }
            case Reply.Reset _ -> {
                socket.setSoLinger(true, 0);
                yield false;
            }
            case Reply.Delayed(Duration delay, Reply then) -> {
                var _ = closed.await(delay.toNanos(), TimeUnit.NANOSECONDS);
                yield reply(socket, then);
            }
            case Reply.Silence _ -> {
                closed.await();
                yield false;
            }
        };
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        socket.getOutputStream().flush();
    }
}
