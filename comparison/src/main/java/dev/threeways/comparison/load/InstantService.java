package dev.threeways.comparison.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers payments at once without processing them. Generators are warmed up and measured against it. */
final class InstantService implements AutoCloseable {

    private static final Pattern PAYMENT = Pattern.compile("/orders/(\\d+)/payment");

    /** More connections than a generator opens at once: none is to wait. */
    private static final int BACKLOG = 1024;

    private final HttpServer server;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private InstantService(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        server.setExecutor(threads);
        server.createContext("/", InstantService::answer);
        server.start();
    }

    static InstantService start(int port) throws IOException {
        return new InstantService(port);
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher path = PAYMENT.matcher(exchange.getRequestURI().getPath());
            byte[] body = ("{\"orderId\":" + (path.matches() ? path.group(1) : "0")
                    + ",\"paymentId\":\"none\",\"status\":\"approved\"}").getBytes(StandardCharsets.US_ASCII);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(path.matches() ? 200 : 404, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
