package dev.threeways.comparison.probe;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * {@code -javaagent:probe.jar=<path of a socket to create>}: answers one command per connection on a Unix domain socket
 * with one line of JSON. Its one thread blocks in accept(), and is queried before and after a measured window only.
 *
 * <table>
 * <caption>Commands</caption>
 * <tr><td>{@code snapshot}</td><td>counters as they stand</td></tr>
 * <tr><td>{@code reset}</td><td>a snapshot, then peaks are reset</td></tr>
 * <tr><td>{@code gc}</td><td>a full collection, then a snapshot</td></tr>
 * <tr><td>{@code threads}</td><td>names of all live platform threads, by the kernel's ids</td></tr>
 * </table>
 */
public final class ProbeAgent {

    private static final int MAX_COMMAND_BYTES = 32;

    private ProbeAgent() {}

    /** @throws IOException if the socket cannot be created; the JVM then ends, as it should */
    public static void premain(String socketPath) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socketPath));
        Snapshot.now(); // loads and links what a snapshot needs, before anything is measured
        Thread.ofPlatform().name("comparison-probe").daemon().start(() -> serve(server));
    }

    private static void serve(ServerSocketChannel server) {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                String answer = answer(readCommand(client)) + "\n";
                ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    client.write(bytes);
                }
            } catch (IOException | RuntimeException e) {
                System.err.println("The comparison's probe could not answer: " + e);
            }
        }
    }

    private static String readCommand(SocketChannel client) throws IOException {
        ByteBuffer command = ByteBuffer.allocate(MAX_COMMAND_BYTES);
        while (client.read(command) >= 0 && command.get(command.position() - 1) != '\n') {
            if (!command.hasRemaining()) {
                throw new IOException("a command has at most " + MAX_COMMAND_BYTES + " bytes");
            }
        }
        return new String(command.array(), 0, command.position(), StandardCharsets.UTF_8).strip();
    }

    private static String answer(String command) {
        return switch (command) {
            case "snapshot" -> Snapshot.now();
            case "reset" -> {
                String before = Snapshot.now();
                Snapshot.forgetPeaks();
                yield before;
            }
            case "gc" -> {
                System.gc();
                yield Snapshot.now();
            }
            case "threads" -> ThreadNames.now();
            default -> "{\"error\":\"unknown command\"}";
        };
    }
}
