package dev.threeways.comparison;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A service that becomes ready, answers some requests and dies: at once or, if told so, only after a rest. */
final class DyingService {

    private static final int LAST_REQUEST = 50;

    static final int EXIT_CODE = 7;

    static final String AFTER_A_REST = "dies-after-a-rest";

    private static final long REST_NANOS = 1_000_000_000;

    static final String LAST_WORDS = "the last words of a dying service";

    private DyingService() {}

    public static void main(String[] args) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        AtomicLong last = new AtomicLong(System.nanoTime());
        AtomicBoolean isRested = new AtomicBoolean(!List.of(args).contains("--" + AFTER_A_REST + "=true"));
        serve(port(args, "--server.port="), () -> {
            long now = System.nanoTime();
            boolean isAfterRest = now - last.getAndSet(now) > REST_NANOS && requests.get() > 0;
            if (isAfterRest && isRested.compareAndSet(false, true)) {
                requests.set(0);
            }
            if (requests.incrementAndGet() == LAST_REQUEST && isRested.get()) {
                System.out.println(LAST_WORDS);
                Runtime.getRuntime().halt(EXIT_CODE);
            }
        });
        serve(port(args, "--management.server.port="), () -> {});
    }

    private static int port(String[] args, String option) {
        return Arrays.stream(args)
                .filter(arg -> arg.startsWith(option))
                .findFirst()
                .map(arg -> Integer.parseInt(arg.substring(option.length())))
                .orElseThrow();
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
