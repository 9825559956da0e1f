package dev.threeways.connections.measure;

import dev.threeways.connections.Facility;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Watches connections and asks repeatedly which are ready. Commands: {@code listen}, {@code accept COUNT},
 * {@code pass READY SECONDS WARM-UP-SECONDS}.
 */
final class ReadinessWorker {

    private static final int BACKLOG = 4096;

    private static final JsonMapper json = new JsonMapper();

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    private final ServerSocketChannel listener;

    private final Selector selector;

    private long events;

    private ReadinessWorker(SelectorProvider selectors) throws IOException {
        listener = selectors.openServerSocketChannel();
        selector = selectors.openSelector();
    }

    /** @param arguments the facility */
    public static void main(String... arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        ReadinessWorker worker = new ReadinessWorker(
                Facility.valueOf(arguments[0].toUpperCase(Locale.ROOT)).selectors());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Map<String, Object> answer;
            try {
                answer = worker.obey(line.split(" ", -1));
            } catch (IOException | RuntimeException e) {
                answer = Map.of("failure", line + ": " + e);
            }
            out.println(json.writeValueAsString(answer));
        }
    }

    private Map<String, Object> obey(String[] words) throws IOException {
        return switch (words[0]) {
            case "listen" -> {
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
                yield Map.of("port", listener.socket().getLocalPort());
            }
            case "accept" -> {
                int count = Integer.parseInt(words[1]);
                for (int i = 0; i < count; i++) {
                    SocketChannel channel = listener.accept();
                    channel.configureBlocking(false);
                    channel.register(selector, SelectionKey.OP_READ);
                }
                yield Map.of("watched", selector.keys().size());
            }
            case "pass" -> {
                int ready = Integer.parseInt(words[1]);
                double seconds = Double.parseDouble(words[2]);
                double _ = microsPerPass(ready, Double.parseDouble(words[3])); // warming up
                yield Map.of("passMicros", microsPerPass(ready, seconds));
            }
            default -> throw new IllegalArgumentException("no such command");
        };
    }

    /** @throws IOException if not {@code ready} connections are ready */
    private double microsPerPass(int ready, double seconds) throws IOException {
        long passes = 0;
        events = 0;
        long until = System.nanoTime() + (long) (seconds * 1e9);
        long cpu = threads.getCurrentThreadCpuTime();
        while (System.nanoTime() - until < 0) {
            selector.select(_ -> events++);
            passes++;
        }
        double micros = (threads.getCurrentThreadCpuTime() - cpu) / 1_000.0 / passes;
        // Tolerates first passes for which the last bytes were still on their way.
        if (Math.abs(events / (double) passes - ready) > 0.01 * ready) {
            throw new IOException(events / (double) passes + " were ready in a pass, not " + ready);
        }
        return micros;
    }
}
