package dev.threeways.contract;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A payment API that sends whatever bytes it is told to, which no HTTP server would: answers before and after the one that
 * was asked for, with another's key, with a header without end. Each connection is kept open until the client closes it.
 */
final class ScriptedPaymentApi implements AutoCloseable {

    /** What is sent when a request was read. */
    @FunctionalInterface
    interface Script {

        void answer(String key, OutputStream out) throws IOException;
    }

    /** As a payment API should. */
    static final Script WELL = answering(ScriptedPaymentApi::approval);

    private final ServerSocket listener;

    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    private volatile Script script = WELL;

    ScriptedPaymentApi() throws IOException {
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From the next request on. */
    void script(Script next) {
        script = next;
    }

    /** Sends, in one packet if they fit into one, the bytes that {@code answer} makes of a key; as ISO 8859-1. */
    static Script answering(UnaryOperator<String> answer) {
        return (key, out) -> send(answer.apply(key), out);
    }

    static void send(String bytes, OutputStream out) throws IOException {
        out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** The answer that approves the payment with this key. */
    static String approval(String key) {
        return answer("200 OK", "Content-Type: application/json\r\nIdempotency-Key: " + key + "\r\n", body(key));
    }

    static String body(String key) {
        return "{\"paymentId\":\"" + paymentId(key) + "\",\"status\":\"approved\"}";
    }

    static String answer(String status, String header, String body) {
        return "HTTP/1.1 " + status + "\r\n" + header + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** What this API calls the payment with this key. */
    static String paymentId(String key) {
        return "scripted-" + key;
    }

    /** Sends {@code bytes} over every connection there is, asked for by nobody. */
    void sendUnasked(String bytes) {
        for (Socket connection : connections) {
            try {
                send(bytes, connection.getOutputStream());
            } catch (IOException _) {
                // the client has closed it
            }
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = listener.accept();
                connection.setTcpNoDelay(true);
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            for (String key = nextKey(in); key != null; key = nextKey(in)) {
                script.answer(key, connection.getOutputStream());
            }
        } catch (IOException _) {
            // the client is gone
        } finally {
            connections.remove(connection);
        }
    }

    /** @return null at the end of the connection */
    private static @Nullable String nextKey(InputStream in) throws IOException {
        String key = "";
        int length = 0;
        String line = line(in);
        if (line == null) {
            return null;
        }
        for (; line != null && !line.isEmpty(); line = line(in)) {
            String name = line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
            String value = line.substring(line.indexOf(':') + 1).strip();
            switch (name) {
                case "idempotency-key" -> key = value;
                case "content-length" -> length = Integer.parseInt(value);
                default -> {
                }
            }
        }
        in.skipNBytes(length);
        return key;
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toString().stripTrailing();
            }
            line.append((char) b);
        }
        return null;
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
