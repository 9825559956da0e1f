package dev.threeways.comparison.observe;

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

/** Queries the agent in a service's JVM, see {@code dev.threeways.comparison.probe}. */
public record Probe(Path socket) {

    private static final JsonMapper json = new JsonMapper();

    /**
     * Counters since the JVM began, and current levels.
     *
     * @param userMicros null where {@code getrusage} is not available, as are the next three
     * @param allocatedBytes by all threads, ended ones included
     * @param threads live platform threads, carriers included
     * @param peakThreads highest number of live platform threads since the last reset
     * @param collectionMillis pauses and concurrent work of the collectors, as they report it
     */
    public record Snapshot(@Nullable Long userMicros, @Nullable Long systemMicros, @Nullable Long voluntarySwitches,
            @Nullable Long involuntarySwitches, long allocatedBytes, int threads, int peakThreads, long collections,
            long collectionMillis, long heapUsedBytes, long nonHeapUsedBytes, int availableProcessors,
            Map<String, String> flags) {}

    /** Returns the JVM option that loads the agent. */
    public String jvmOption(Path agentJar) {
        return "-javaagent:" + agentJar + "=" + socket;
    }

    public Snapshot snapshot() throws IOException {
        return read("snapshot");
    }

    /** Takes a snapshot, then resets peaks. */
    public Snapshot reset() throws IOException {
        return read("reset");
    }

    /** Takes a snapshot after a full collection. */
    public Snapshot afterCollection() throws IOException {
        return read("gc");
    }

    /** Returns the full names of all live platform threads, by kernel id. Stops all threads meanwhile. */
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
