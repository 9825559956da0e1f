package dev.threeways.connections.measure;

import dev.threeways.connections.Architecture;
import dev.threeways.connections.Architectures;
import dev.threeways.connections.ServerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** {@code architectures serve} in a JVM of its own, with the same options whatever it serves. */
final class ServerProcess implements AutoCloseable {

    /** The heap of the three services when they are compared; two CPUs' worth of collector threads. */
    static final List<String> JVM_OPTIONS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC", "-XX:ParallelGCThreads=2",
            "-XX:ConcGCThreads=1", "-XX:NativeMemoryTracking=summary", "--enable-native-access=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED");

    /** Of one process, whatever it may open. */
    static final int MOST_CONNECTIONS = ServerSettings.DEFAULT_CONNECTIONS;

    private static final int END_SECONDS = 30;

    private final Architecture architecture;

    private final Process process;

    private final int port;

    /** @param options of {@code serve} */
    ServerProcess(Architecture architecture, String... options) throws IOException {
        this.architecture = architecture;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Architectures.class.getName(), "serve",
                architecture.toString()));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        if (line == null || !line.contains("serves")) {
            process.destroyForcibly();
            throw new IOException(architecture + " does not serve" + (line == null ? "" : ": " + line));
        }
        port = Integer.parseInt(line.replaceAll(".*127\\.0\\.0\\.1:(\\d+)/.*", "$1"));
    }

    int port() {
        return port;
    }

    /** It does nothing from now on, and is not gone. */
    void hang() throws IOException, InterruptedException {
        int exitCode = new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid())).inheritIO().start().waitFor();
        if (exitCode != 0) {
            throw new IOException("Process " + process.pid() + " cannot be stopped");
        }
    }

    /** As a crash does: nothing is drained. */
    void kill() throws InterruptedException {
        int _ = process.destroyForcibly().waitFor();
    }

    ProcessFigures figures() {
        return new ProcessFigures(process.pid());
    }

    /** The count that {@code /stats} has under that name. */
    long count(String name) throws IOException {
        return stats().lines().filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", ""))).sum();
    }

    /** How often each thread did what a role does. */
    Map<String, Long> counts(String role) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        stats().lines().map(line -> line.split(" {2}", -1)).filter(words -> words.length == 3 && words[0].equals(role))
                .forEach(words -> counts.put(words[1], Long.parseLong(words[2])));
        return counts;
    }

    private String stats() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET /stats HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(END_SECONDS, TimeUnit.SECONDS).exceptionally(_ -> process.destroyForcibly()).join();
    }

    @Override
    public String toString() {
        return architecture.toString();
    }
}
