package dev.threeways.reactive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** A payment API on bare sockets, so that a test can send answers that no HTTP server would. */
final class StubPaymentApi implements AutoCloseable {

    /** @param head request line and headers as they came */
    record Call(String head, String body) {

        String key() {
            return header("Idempotency-Key");
        }

        /** Value of a header; empty if there is none. */
        String header(String name) {
            var header = Pattern.compile("(?im)^" + name + ": (.*?)\r?$").matcher(head);
            return header.find() ? header.group(1) : "";
        }
    }

    /** Answers one call; the connection is kept unless the answer closes it. */
    @FunctionalInterface
    interface Answer {

        void write(Socket connection, OutputStream out) throws IOException, InterruptedException;
    }

    static final Answer APPROVE = json("{\"paymentId\":\"pay-1\",\"status\":\"approved\"}");

    static final Answer DECLINE = json("{\"paymentId\":\"pay-2\",\"status\":\"declined\"}");

    private final ServerSocket server;

    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    private final List<Call> calls = new CopyOnWriteArrayList<>();

    private volatile Answer answer = APPROVE;

    StubPaymentApi() throws IOException {
        server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    static Answer json(String body) {
        return raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body);
    }

    static Answer raw(String bytes) {
        return (_, out) -> out.write(bytes.getBytes(ISO_8859_1));
    }

    static Answer rawThenClose(String bytes) {
        return (connection, out) -> {
            out.write(bytes.getBytes(ISO_8859_1));
            out.flush();
            connection.close();
        };
    }

    static Answer rawThenReset(String bytes) {
        return (connection, out) -> {
            out.write(bytes.getBytes(ISO_8859_1));
            out.flush();
            connection.setSoLinger(true, 0);
            connection.close();
        };
    }

    /** Answers {@code then} once {@code latch} is open. */
    static Answer held(CountDownLatch latch, Answer then) {
        return (connection, out) -> {
            latch.await();
            then.write(connection, out);
        };
    }

    static Answer hang() {
        return held(new CountDownLatch(1), APPROVE);
    }

    /** Sends a byte every 50 ms: each read is quick, the whole is not. */
    static Answer drip(String bytes) {
        return (_, out) -> {
            for (byte b : bytes.getBytes(ISO_8859_1)) {
                out.write(b);
                out.flush();
                Thread.sleep(50);
            }
        };
    }

    void answer(Answer next) {
        answer = next;
    }

    URI baseUrl() {
        return URI.create("http://localhost:" + server.getLocalPort());
    }

    List<Call> calls() {
        return calls;
    }

    /** Connections that were opened and still exist. */
    int openConnections() {
        return connections.size();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var connection = server.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection; var in = new BufferedInputStream(connection.getInputStream())) {
            while (!connection.isClosed()) {
                String head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                var length = Pattern.compile("(?im)^Content-Length: (\\d+)").matcher(head);
                String body = length.find()
                        ? new String(in.readNBytes(Integer.parseInt(length.group(1))), ISO_8859_1)
                        : "";
                calls.add(new Call(head, body));
                answer.write(connection, connection.getOutputStream());
            }
        } catch (IOException _) {
            // the client went away, which some tests want
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.write(b);
            if (b == '\n' && head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                return head.toString(ISO_8859_1);
            }
        }
        return "";
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
