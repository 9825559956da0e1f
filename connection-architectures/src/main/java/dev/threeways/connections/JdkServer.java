package dev.threeways.connections;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.threeways.connections.http.BadRequestException;
import dev.threeways.connections.http.HeadRules;
import dev.threeways.connections.http.HttpLimits;
import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own {@link HttpServer}, for reference. One thread accepts and watches idle connections; a virtual thread
 * reads and handles each request. Its limits are system properties ({@code sun.net.httpserver…}) of the whole JVM.
 * {@link ServerSettings} limits only backlog, body length and drain time here. The server does not report its
 * connections.
 */
public final class JdkServer implements ConnectionServer {

    static {
        // The defaults, 200 connections and 30 s, would close what other servers keep. Read once, by the first server.
        setUnlessSet("maxIdleConnections", ServerSettings.DEFAULT_CONNECTIONS);
        setUnlessSet("idleInterval", ServerSettings.defaults().timeouts().idle().toSeconds());
        // The default waits for the rest of a body that it cannot read, with the answer written and the connection
        // open.
        setUnlessSet("drainAmount", 0);
    }

    private static final int BUFFER_BYTES = 8 * 1024;

    private final ServerSettings settings;

    private final Watch watch;

    private final Answering answering;

    private @Nullable HttpServer server;

    private @Nullable ExecutorService threads;

    public JdkServer(ServerSettings settings, Handler handler) {
        this.settings = settings;
        this.watch = new Watch(settings.trace());
        this.answering = new Answering(handler, watch);
    }

    private static void setUnlessSet(String name, long value) {
        String property = "sun.net.httpserver." + name;
        if (System.getProperty(property) == null) {
            System.setProperty(property, String.valueOf(value));
        }
    }

    @Override
    public void start() throws IOException {
        HttpServer created;
        try {
            created = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()),
                    settings.limits().backlog());
        } catch (IOException e) {
            throw new IOException("Cannot listen on port " + settings.port() + ": " + e.getMessage(), e);
        }
        watch.did(Role.LISTENER);
        ExecutorService perRequest = Executors
                .newThreadPerTaskExecutor(Thread.ofVirtual().name("handler").factory());
        threads = perRequest;
        created.setExecutor(perRequest);
        created.createContext("/", this::exchange);
        created.start();
        server = created;
    }

    @Override
    public int port() {
        HttpServer started = server;
        if (started == null) {
            throw new IllegalStateException("Not started.");
        }
        return started.getAddress().getPort();
    }

    @Override
    public Stats stats() {
        return watch.stats();
    }

    private void exchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> fields = new HashMap<>();
            for (Map.Entry<String, List<String>> field : exchange.getRequestHeaders().entrySet()) {
                fields.put(field.getKey().toLowerCase(Locale.ROOT), String.join(", ", field.getValue()));
            }
            byte[] body;
            try {
                body = body(exchange, fields);
            } catch (BadRequestException e) {
                watch.badRequests.increment();
                exchange.getResponseHeaders().set("Connection", "close");
                write(exchange, e.response());
                if (e.status() == 413) {
                    linger(exchange);
                }
                return;
            }
            watch.requests.increment();
            write(exchange, answering.waitAndAnswer(Trace.NO_CONNECTION, new Request(exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(), fields, body, true)));
        }
    }

    /** Reads the body by the rules of the other servers, as far as the JDK's server shows what came. */
    private byte[] body(HttpExchange exchange, Map<String, String> fields) throws IOException, BadRequestException {
        HttpLimits limits = settings.limits().request();
        boolean recent = exchange.getProtocol().equals("HTTP/1.1");
        if (!recent && !exchange.getProtocol().equals("HTTP/1.0")) {
            throw new BadRequestException(505, "This server speaks HTTP/1.1 only.");
        }
        if (exchange.getRequestHeaders().getOrDefault("Host", List.of()).size() > 1) {
            throw new BadRequestException(400, "There is more than one Host field.");
        }
        if (HeadRules.bodyBytes(fields, recent, limits) != HeadRules.CHUNKED) {
            return exchange.getRequestBody().readAllBytes();
        }
        // The JDK's decoder takes the size 100000000 for 0, so what follows may be data, not a request.
        exchange.getResponseHeaders().set("Connection", "close");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            // Not readNBytes, which asks for no bytes at its end: this stream then waits for the next chunk.
            for (int count = 0; count >= 0; count = exchange.getRequestBody().read(buffer)) {
                body.write(buffer, 0, count);
                if (body.size() > limits.bodyBytes()) {
                    throw HeadRules.tooLarge(limits);
                }
            }
        } catch (IOException | IndexOutOfBoundsException _) { // the latter for a size taken as negative
            throw new BadRequestException(400, "The chunks of the body are malformed, or have trailers.");
        }
        return body.toByteArray();
    }

    private void write(HttpExchange exchange, Response response) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", response.contentType());
        boolean withBody = !exchange.getRequestMethod().equals("HEAD") && response.body().length > 0;
        exchange.sendResponseHeaders(response.status(), withBody ? response.body().length : -1);
        if (withBody) {
            exchange.getResponseBody().write(response.body());
            exchange.getResponseBody().flush();
        }
        watch.answers.increment();
    }

    /**
     * Lingers for the reason in {@code LoopConnection.shutOutput}. Reads of this server have no timeout, so another
     * thread reads until the connection is closed.
     */
    private static void linger(HttpExchange exchange) {
        Thread reader = Thread.ofVirtual().name("linger").start(() -> discard(exchange.getRequestBody()));
        try {
            boolean _ = reader.join(ServerSettings.LINGER_TIMEOUT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the server closes
        }
    }

    private static void discard(InputStream in) {
        try {
            byte[] buffer = new byte[BUFFER_BYTES];
            int lingered = 0;
            int count = 0;
            while (count >= 0 && lingered < ServerSettings.LINGER_BYTES) {
                lingered += count;
                count = in.read(buffer);
            }
        } catch (IOException | IndexOutOfBoundsException _) {
            // The connection is closed, or the end of the client's body cannot be found.
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop((int) settings.timeouts().drain().toSeconds());
        }
        if (threads != null) {
            threads.shutdownNow();
            try {
                boolean _ = threads.awaitTermination(1, TimeUnit.MINUTES); // interrupted threads answer at once
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
