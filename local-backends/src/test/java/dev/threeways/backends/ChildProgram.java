package dev.threeways.backends;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What the tests run in child JVMs. */
final class ChildProgram {

    private ChildProgram() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "fail" -> {
                System.out.println("about to fail");
                System.err.println("for this reason");
                System.exit(3);
            }
            case "serve" -> serve(Integer.parseInt(args[1]));
            case "ignore-sigterm" -> {
                Runtime.getRuntime().addShutdownHook(new Thread(ChildProgram::sleepForEver));
                serve(Integer.parseInt(args[1]));
            }
            case "print-environment" -> {
                System.out.println("HELLO=" + System.getenv("HELLO"));
                System.out.println("property=" + System.getProperty("property"));
            }
            case "start-database" -> {
                EmbeddedOrdersDatabase database = startDatabase(Path.of(args[1]));
                report(Path.of(args[2]), List.of(Long.toString(database.pid())));
                sleepForEver();
            }
            case "start-all" -> {
                EmbeddedOrdersDatabase database = startDatabase(Path.of(args[1]));
                JvmProcess child = JvmProcess.builder("grandchild")
                        .mainClass(ChildProgram.class.getName(), System.getProperty("java.class.path"))
                        .args(List.of("serve", "0"))
                        .log(Path.of(args[1], "grandchild.log"))
                        .start();
                report(Path.of(args[2]), List.of(Long.toString(database.pid()), Long.toString(child.pid())));
                sleepForEver();
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static EmbeddedOrdersDatabase startDatabase(Path directory) {
        return EmbeddedOrdersDatabase
                .start(EmbeddedOrdersDatabase.Settings.defaults().withDirectory(directory.resolve("postgres")));
    }

    private static void serve(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/ready") ? 200 : 503, -1);
            exchange.close();
        });
        server.start();
        System.out.println("serving");
    }

    /** All at once, so that who waits for the file never sees half of it. */
    private static void report(Path file, List<String> lines) throws IOException {
        Path part = Path.of(file + ".part");
        Files.write(part, lines);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void sleepForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
