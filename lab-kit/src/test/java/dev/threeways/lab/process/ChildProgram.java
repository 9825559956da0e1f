package dev.threeways.lab.process;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;

/** Program that the tests run in child JVMs. */
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
            default -> throw new IllegalArgumentException(args[0]);
        }
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

    private static void sleepForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
