package dev.threeways.comparison.run;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Asks the agent in a service's JVM, see {@code dev.threeways.comparison.probe}. */
public record Probe(Path socket) {

    private static final JsonMapper json = new JsonMapper();

    /**
     * Counters since the JVM began, and levels.
     *
     * @param userMicros null where {@code getrusage} is not to be had, as are the next three
     * @param allocatedBytes by all threads, ended ones included
     * @param threads live platform threads, carriers included
     * @param peakThreads highest number of them since the last reset
     * @param collectionMillis pauses and concurrent work of the collectors, as they report it
     */
    record Snapshot(@Nullable Long userMicros, @Nullable Long systemMicros, @Nullable Long voluntarySwitches,
            @Nullable Long involuntarySwitches, long allocatedBytes, int threads, int peakThreads, long collections,
            long collectionMillis, long heapUsedBytes, long nonHeapUsedBytes, int availableProcessors,
            Map<String, String> flags) {}

    /** What to start a JVM with so that it can be asked. */
    String jvmOption(Path agentJar) {
        return "-javaagent:" + agentJar + "=" + socket;
    }

    Snapshot snapshot() throws IOException {
        return read("snapshot");
    }

    /** A snapshot; then peaks begin anew. */
    Snapshot reset() throws IOException {
        return read("reset");
    }

    /** A snapshot after a full collection. */
    Snapshot afterCollection() throws IOException {
        return read("gc");
    }

    /** Of all live platform threads, in full, by the kernel's ids. It stops them all for it. */
    public Map<Integer, String> threadNames() throws IOException {
        return json.readValue(ask("threads"), new TypeReference<Map<Integer, String>>() {});
    }

    private Snapshot read(String command) throws IOException {
        return json.readValue(ask(command), Snapshot.class);
    }

    private byte[] ask(String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer bytes = ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return Channels.newInputStream(channel).readAllBytes();
        }
    }
}
