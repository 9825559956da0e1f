package dev.threeways.comparison;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A service that becomes ready, answers some requests, and dies. */
final class DyingService {

    private static final int LAST_REQUEST = 50;

    static final int EXIT_CODE = 7;

    static final String LAST_WORDS = "the last words of a dying service";

    private DyingService() {}

    public static void main(String[] args) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        serve(port(args, "--server.port="), () -> {
            if (requests.incrementAndGet() == LAST_REQUEST) {
                System.out.println(LAST_WORDS);
                Runtime.getRuntime().halt(EXIT_CODE);
            }
        });
        serve(port(args, "--management.server.port="), () -> {});
    }

    private static int port(String[] args, String option) {
        return Arrays.stream(args).filter(arg -> arg.startsWith(option)).findFirst()
                .map(arg -> Integer.parseInt(arg.substring(option.length()))).orElseThrow();
    }

    private static void serve(int port, Runnable onRequest) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            onRequest.run();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }
}
