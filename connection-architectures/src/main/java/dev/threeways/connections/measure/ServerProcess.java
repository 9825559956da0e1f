package dev.threeways.connections.measure;

import dev.threeways.lab.process.ProcessFigures;
import dev.threeways.connections.Architecture;
import dev.threeways.connections.ServerSettings;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.ProcessFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Runs {@code architectures serve} in a JVM of its own, with the same options whatever it serves. */
final class ServerProcess implements AutoCloseable {

    /** Heap of the three services when they are compared; two CPUs' worth of collector threads. */
    static final List<String> JVM_OPTIONS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC", "-XX:ParallelGCThreads=2",
            "-XX:ConcGCThreads=1", "-XX:-UseDynamicNumberOfCompilerThreads", "--enable-native-access=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED");

    /** Most connections of one process, whatever it may open. */
    static final int MOST_CONNECTIONS = ServerSettings.DEFAULT_CONNECTIONS;

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final int STATS_MILLIS = 30_000;

    private static final AtomicInteger started = new AtomicInteger();

    private final Architecture architecture;

    private final JvmProcess process;

    /** Main class by name: what measures servers knows nothing of the command line. */
    private static final String COMMAND = "dev.threeways.connections.cli.Architectures";

    private final int port;

    /**
     * Starts the server. Returns when it serves.
     *
     * @param logs directory for what it prints
     * @param jvmOptions besides those that all have
     * @param options of {@code serve}
     */
    ServerProcess(Architecture architecture, Path logs, List<String> jvmOptions, String... options)
            throws IOException, InterruptedException {
        this.architecture = architecture;
        process = JvmProcess.builder(architecture.toString())
                .jvmOptions(Stream.concat(JVM_OPTIONS.stream(), jvmOptions.stream()).toList())
                .mainClass(COMMAND, System.getProperty("java.class.path"))
                .args(Stream.concat(Stream.of("serve", architecture.toString()), Stream.of(options)).toList())
                .log(logs.resolve(architecture + "-" + started.incrementAndGet() + ".log"))
                .start();
        try {
            // Read from its own output: on a shared port, any process may answer.
            port = Integer.parseInt(
                    process.awaitLine(" serves ", START_LIMIT).replaceAll(".*127\\.0\\.0\\.1:(\\d+)/.*", "$1"));
        } catch (ProcessFailedException e) {
            process.close();
            throw new IOException(e.getMessage(), e);
        }
    }

    int port() {
        return port;
    }

    /** Suspends the process: it does nothing from now on, and is not gone. */
    void hang() throws IOException, InterruptedException {
        int exitCode = new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid())).inheritIO().start().waitFor();
        if (exitCode != 0) {
            throw new IOException(process + " cannot be stopped");
        }
    }

    /** Kills the process, like a crash if it {@link #hang() hangs}: nothing is drained. */
    void kill() {
        int _ = process.stop(Duration.ZERO);
    }

    ProcessFigures figures() {
        return new ProcessFigures(process.pid());
    }

    /** Returns the count that {@code /stats} has under a name. */
    long count(String name) throws IOException {
        return stats().lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .sum();
    }

    /** Returns how often each thread did what a role does. */
    Map<String, Long> counts(String role) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        stats().lines()
                .map(line -> line.split(" {2}", -1))
                .filter(words -> words.length == 3 && words[0].equals(role))
                .forEach(words -> counts.put(words[1], Long.parseLong(words[2])));
        return counts;
    }

    private String stats() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(STATS_MILLIS);
            socket.getOutputStream()
                    .write("GET /stats HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return architecture.toString();
    }
}
