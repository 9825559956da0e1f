package dev.threeways.comparison.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Unix domain socket over which a generator is told what to do, and tells how far it is. The commands are described in
 * {@code dev.threeways.gatling.RunControl}, which connects to it.
 */
final class Director implements AutoCloseable {

    private static final JsonMapper json = new JsonMapper();

    private final Path socket;

    private final ServerSocketChannel listener;

    private @Nullable SocketChannel generator;

    private LoadGenerator.@Nullable Progress latest;

    private long reports;

    /** Listens, and waits for nobody. */
    Director() throws IOException {
        socket = Files.createTempDirectory("generator").resolve("socket"); // a short path: a socket's has 108 bytes at most
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().name("generator-reports").start(this::read);
    }

    Path socket() {
        return socket;
    }

    private void read() {
        try (SocketChannel channel = listener.accept()) {
            arrived(channel);
            BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told(json.readValue(line, LoadGenerator.Progress.class));
            }
        } catch (IOException _) {
            // the generator has ended, or nobody wants to know any more
        }
    }

    private synchronized void arrived(SocketChannel channel) {
        generator = channel;
    }

    private synchronized void told(LoadGenerator.Progress progress) {
        latest = progress;
        reports++;
        notifyAll();
    }

    /** @return null as long as it has said nothing */
    synchronized LoadGenerator.@Nullable Progress latest() {
        return latest;
    }

    /** Waits for the next report, but not for longer than that. */
    synchronized void awaitReport(Duration atMost) throws InterruptedException {
        long before = reports;
        long limitNanos = System.nanoTime() + atMost.toNanos();
        long leftMillis = atMost.toMillis();
        while (reports == before && leftMillis > 0) {
            wait(leftMillis);
            leftMillis = (limitNanos - System.nanoTime()) / 1_000_000;
        }
    }

    /** @throws IOException if the generator is not there, or not any more */
    void tell(String command) throws IOException {
        SocketChannel channel;
        synchronized (this) {
            channel = generator;
        }
        if (channel == null) {
            throw new IOException("The generator has not begun yet, and cannot be told '" + command + "'");
        }
        ByteBuffer line = ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            channel.write(line);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            synchronized (this) {
                if (generator != null) {
                    generator.close();
                }
            }
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.resolveSibling(""));
        } catch (IOException _) {
            // a socket without anybody at its end harms nobody
        }
    }
}
