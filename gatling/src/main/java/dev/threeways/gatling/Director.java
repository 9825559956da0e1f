package dev.threeways.gatling;

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

/**
 * The Unix domain socket over which a generator receives commands and reports its progress. {@link RunControl}, which
 * connects to it, describes the commands.
 */
public final class Director implements AutoCloseable {

    private final Path socket;

    private final ServerSocketChannel listener;

    private @Nullable SocketChannel generator;

    private @Nullable String latest;

    private long reports;

    /** Listens, without waiting for a connection. */
    public Director() throws IOException {
        socket = Files.createTempDirectory("generator").resolve("socket"); // a short path: a socket's has 108 bytes at most
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().name("generator-reports").start(this::read);
    }

    public Path socket() {
        return socket;
    }

    private void read() {
        try (SocketChannel channel = listener.accept()) {
            arrived(channel);
            BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told(line);
            }
        } catch (IOException _) {
            // the generator has ended, or this was closed
        }
    }

    private synchronized void arrived(SocketChannel channel) {
        generator = channel;
    }

    private synchronized void told(String progress) {
        latest = progress;
        reports++;
        notifyAll();
    }

    /** @return the last report, a line of JSON; null until there is one */
    public synchronized @Nullable String latest() {
        return latest;
    }

    /** Waits for the next report, at most this long. */
    public synchronized void awaitReport(Duration atMost) throws InterruptedException {
        long before = reports;
        long limitNanos = System.nanoTime() + atMost.toNanos();
        long leftMillis = atMost.toMillis();
        while (reports == before && leftMillis > 0) {
            wait(leftMillis);
            leftMillis = (limitNanos - System.nanoTime()) / 1_000_000;
        }
    }

    /** @throws IOException if the generator is not connected, or not any more */
    public void tell(String command) throws IOException {
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
            // a leftover socket without a process behind it is harmless
        }
    }
}
