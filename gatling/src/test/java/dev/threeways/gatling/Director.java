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
import java.util.concurrent.CompletableFuture;

/** Directs a run, as the comparison does. */
final class Director implements AutoCloseable {

    private final Path socket;

    private final ServerSocketChannel listener;

    private final CompletableFuture<SocketChannel> run = new CompletableFuture<>();

    private volatile String progress = "";

    Director() throws IOException {
        Path directory = Files.createTempDirectory("run"); // a short path: a socket's has 108 bytes at most
        socket = directory.resolve("socket");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(this::listen);
    }

    private void listen() {
        try (SocketChannel channel = listener.accept()) {
            run.complete(channel);
            BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                progress = line;
            }
        } catch (IOException _) {
            // the run has ended, or the test
        }
    }

    String socket() {
        return socket.toString();
    }

    /** The last line; empty before the first. */
    String progress() {
        return progress;
    }

    /** Waits for the run to be there. */
    void tell(String command) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            run.join().write(line);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        if (run.isDone()) {
            run.join().close();
        }
        Files.deleteIfExists(socket);
        Files.deleteIfExists(socket.resolveSibling(""));
    }
}
