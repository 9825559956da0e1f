package dev.threeways.connections.measure;

import dev.threeways.lab.process.ProcessFigures;
import dev.threeways.connections.Architecture;
import dev.threeways.lab.process.ProcessFigures.Memory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Destination of connections: one server, in one process or in several on one port. */
interface Target extends AutoCloseable {

    int port();

    /** Returns the request for its connections, as {@link LoadWorker} reads it. */
    String request();

    /** Returns the processes that hold its connections. */
    List<ProcessFigures> processes();

    /** Returns the memory of all its processes together. */
    default Memory memory() throws IOException {
        double heap = 0;
        double outside = 0;
        for (ProcessFigures process : processes()) {
            Memory one = process.memory();
            heap += one.liveHeapBytes();
            outside += one.outsideHeapBytes();
        }
        return new Memory(heap, outside);
    }

    /** Returns CPU of all its processes, without the JIT compiler's. */
    default double cpuMillis() throws IOException {
        double millis = 0;
        for (ProcessFigures process : processes()) {
            millis += process.cpuMillis();
        }
        return millis;
    }

    /** Returns the platform threads of all its processes. */
    default int threads() throws IOException {
        int threads = 0;
        for (ProcessFigures process : processes()) {
            threads += process.threads();
        }
        return threads;
    }

    /** Returns what its processes have open: connections, and some files more. */
    default long descriptors() throws IOException {
        long descriptors = 0;
        for (ProcessFigures process : processes()) {
            descriptors += process.descriptors();
        }
        return descriptors;
    }

    @Override
    void close();

    /** Starts {@code count} processes of one architecture. */
    static Target of(Architecture architecture, int count, int connectionsEach, Path logs)
            throws IOException, InterruptedException {
        List<ServerProcess> servers = new ArrayList<>();
        try {
            String connections = "--connections=" + connectionsEach;
            servers.add(count == 1
                    ? new ServerProcess(architecture, logs, List.of(), "--port=0", connections)
                    : new ServerProcess(architecture, logs, List.of(), "--port=0", "--shared", connections));
            while (servers.size() < count) {
                servers.add(new ServerProcess(architecture, logs, List.of(), "--port=" + servers.getFirst().port(),
                        "--shared",
                        connections));
            }
            return new Servers(servers);
        } catch (IOException | InterruptedException | RuntimeException e) {
            servers.forEach(ServerProcess::close);
            throw e;
        }
    }

    /** A server of this module. */
    record Servers(List<ServerProcess> servers) implements Target {

        @Override
        public int port() {
            return servers.getFirst().port();
        }

        @Override
        public String request() {
            return Requests.ECHO;
        }

        @Override
        public List<ProcessFigures> processes() {
            return servers.stream().map(ServerProcess::figures).toList();
        }

        @Override
        public void close() {
            servers.forEach(ServerProcess::close);
        }
    }
}
