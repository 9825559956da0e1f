package dev.threeways.connections;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.Response;
import java.io.IOException;
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
 * The JDK's own {@link HttpServer}, for reference: one thread accepts and watches idle connections, and each request is
 * read and handled by a virtual thread. Its limits are system properties ({@code sun.net.httpserver…}) of the whole JVM, so
 * those of {@link ServerSettings} do not hold here, but for the backlog and the length of a body; nor does it tell which
 * connections it has.
 */
public final class JdkServer implements ConnectionServer {

    static {
        // Its own are 200 connections and 30 s: it would close what the others keep. Read once, when the first server is made.
        setUnlessSet("maxIdleConnections", ServerSettings.DEFAULT_CONNECTIONS);
        setUnlessSet("idleInterval", ServerSettings.defaults().timeouts().idle().toSeconds());
    }

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
            byte[] body = exchange.getRequestBody().readNBytes(settings.limits().request().bodyBytes() + 1);
            Response response;
            if (body.length > settings.limits().request().bodyBytes()) {
                watch.badRequests.increment();
                exchange.getResponseHeaders().set("Connection", "close");
                response = Response.problem(413,
                        "A body has at most " + settings.limits().request().bodyBytes() + " bytes.");
            } else {
                watch.requests.increment();
                Map<String, String> fields = new HashMap<>();
                for (Map.Entry<String, List<String>> field : exchange.getRequestHeaders().entrySet()) {
                    fields.put(field.getKey().toLowerCase(Locale.ROOT), String.join(", ", field.getValue()));
                }
                response = answering.waitAndAnswer(Trace.NO_CONNECTION, new Request(exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(), fields, body, true));
            }
            exchange.getResponseHeaders().set("Content-Type", response.contentType());
            boolean withBody = !exchange.getRequestMethod().equals("HEAD") && response.body().length > 0;
            exchange.sendResponseHeaders(response.status(), withBody ? response.body().length : -1);
            if (withBody) {
                exchange.getResponseBody().write(response.body());
            }
            watch.answers.increment();
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
                boolean _ = threads.awaitTermination(1, TimeUnit.MINUTES); // they were interrupted, and answer at once
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
