package dev.threeways.lab.process;

import dev.threeways.lab.cli.UsageException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks that ports are free before anything that needs them is started. */
public final class Ports {

    private static final String LISTENING = "0A";

    private Ports() {}

    /**
     * @param wanted what needs each port
     * @throws UsageException that names every port in use, its purpose and, where known, the process that uses it
     */
    public static void requireFree(Map<Integer, String> wanted) {
        List<String> taken = new ArrayList<>();
        wanted.forEach((port, purpose) -> {
            if (!FreePorts.isFree(port)) {
                taken.add("port " + port + " (" + purpose + ") is in use"
                        + owner(port).map(process -> " by " + process).orElse(""));
            }
        });
        if (!taken.isEmpty()) {
            throw new UsageException(
                    String.join("; ", taken) + ". Stop what uses it, or move all ports with --port-offset");
        }
    }

    /** Returns process id and command; empty if unknown or another user's. */
    static Optional<String> owner(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            sockets.addAll(listeningSockets(table, port));
        }
        return sockets.isEmpty()
                ? Optional.empty()
                : ProcessHandle.allProcesses()
                        .filter(process -> holds(process.pid(), sockets))
                        .findFirst()
                        .map(process -> "process " + process.pid()
                                + process.info().command().map(command -> " (" + command + ")").orElse(""));
    }

    /**
     * Reads columns: number, local address:port in hexadecimal, remote, state, queues, timer, retransmits, uid,
     * timeout, inode.
     */
    private static Set<String> listeningSockets(String table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        Set<String> sockets = new HashSet<>();
        try {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+", -1);
                if (columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals(LISTENING)) {
                    sockets.add("socket:[" + columns[9] + "]");
                }
            }
        } catch (IOException _) { // not Linux
            return Set.of();
        }
        return sockets;
    }

    private static boolean holds(long pid, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files) {
                if (sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException _) { // ended, or not readable for us
            return false;
        }
    }
}
