package dev.threeways.connections.measure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Load of connections that come and go. */
final class Churn {

    /** Longest wait of a connection for anything. */
    private static final int PATIENCE_MILLIS = 10_000;

    private Churn() {}

    /**
     * Makes connections, {@code atOnce} at a time, sends one request on each and resets it, which leaves nothing in
     * TIME_WAIT.
     *
     * @return requests that were answered
     */
    static long run(int port, double seconds, int atOnce, String request, int number) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        long until = System.nanoTime() + (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < atOnce; i++) {
            byte last = (byte) (2 + number * 16 + i % 8);
            threads.add(Thread.ofVirtual().start(() -> {
                while (System.nanoTime() - until < 0) {
                    try (Socket socket = new Socket()) {
                        socket.setSoLinger(true, 0);
                        socket.setSoTimeout(PATIENCE_MILLIS);
                        socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, last}), 0));
                        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
                        socket.getOutputStream().write(bytes);
                        if (socket.getInputStream().read() >= 0) {
                            done.incrementAndGet();
                        }
                    } catch (IOException _) {
                        // A failed request is missing in the count.
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return done.get();
    }
}
