package dev.threeways.backends;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The ledger of embedded servers. PostgreSQL detaches itself from the process that starts it, and so survives a JVM
 * that is killed hard, with its port and its memory. Each server therefore has a directory of its own, and beside it a
 * file that its JVM keeps locked. The operating system drops the lock when the JVM ends, however it ends. A directory
 * whose lock is free is a leftover. PostgreSQL's own {@code postmaster.pid} in it names the process. That is ended once
 * it is certain to be that server, not a later process with the same id.
 *
 * <p>A file that this JVM keeps locked is never opened again. POSIX locks are the process's, and closing any channel to
 * the file gives them up. The next JVM would take a running server for a leftover.
 */
final class Leftovers {

    private static final String LOCK = ".lock";

    private static final Duration GRACE = Duration.ofSeconds(2);

    /** How far PostgreSQL's idea of its start may lie from the operating system's. */
    private static final Duration SAME_START = Duration.ofSeconds(5);

    /** Lock files of this JVM's claims. */
    private static final Set<Path> own = ConcurrentHashMap.newKeySet();

    private Leftovers() {}

    /** A directory that is this JVM's until it closes the claim or ends. */
    record Claim(Path directory, Path lockFile, FileChannel channel) implements AutoCloseable {

        /** Deletes the directory. */
        @Override
        public void close() {
            deleteTree(directory);
            try {
                channel.close();
                Files.deleteIfExists(lockFile);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot release " + lockFile, e);
            } finally {
                own.remove(lockFile);
            }
        }
    }

    /** Makes a directory below {@code root} that no JVM takes for a leftover. */
    static Claim claim(Path root) throws IOException {
        while (true) {
            String name = UUID.randomUUID().toString();
            Path lockFile = root.resolve(name + LOCK);
            own.add(lockFile);
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                return new Claim(Files.createDirectory(root.resolve(name)), lockFile, channel);
            }
            channel.close(); // another JVM took the file for a leftover between the two calls: leave it there
            own.remove(lockFile);
        }
    }

    /** Ends the servers below {@code root} whose JVMs are gone, and deletes their directories. */
    static void end(Path root) throws IOException {
        List<Path> lockFiles;
        try (Stream<Path> files = Files.list(root)) {
            lockFiles = files.filter(file -> file.toString().endsWith(LOCK)).toList();
        }
        for (Path lockFile : lockFiles) {
            if (own.contains(lockFile)) {
                continue;
            }
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                if (lock == null) {
                    continue; // its JVM lives
                }
                String path = lockFile.toString();
                Path directory = Path.of(path.substring(0, path.length() - LOCK.length()));
                endServer(directory.resolve(EmbeddedOrdersDatabase.DATA));
                deleteTree(directory);
            } catch (NoSuchFileException _) {
                continue; // another JVM was faster
            }
            Files.deleteIfExists(lockFile);
        }
    }

    /** The process id of the server that runs in {@code data}, or ran there and did not clean up. */
    static Optional<Long> serverPid(Path data) {
        return postmasterPid(data).map(lines -> Long.parseLong(lines.getFirst().strip()));
    }

    /** Lines: process id, data directory, start in seconds since 1970, port, and more. */
    private static Optional<List<String>> postmasterPid(Path data) {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            return lines.size() < 3 ? Optional.empty() : Optional.of(lines);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + data.resolve("postmaster.pid"), e);
        }
    }

    private static void endServer(Path data) {
        Optional<List<String>> file = postmasterPid(data);
        if (file.isEmpty()) {
            return;
        }
        Instant started = Instant.ofEpochSecond(Long.parseLong(file.get().get(2).strip()));
        serverPid(data).flatMap(ProcessHandle::of)
                .filter(process -> isServer(process, data, started))
                .ifPresent(Leftovers::end);
    }

    /** Identifies it by the data directory in its command line; where the operating system hides that, by its start. */
    private static boolean isServer(ProcessHandle process, Path data, Instant started) {
        Optional<String[]> arguments = process.info().arguments();
        if (arguments.isPresent()) {
            return List.of(arguments.get()).contains(data.toString());
        }
        return process.info()
                .startInstant()
                .map(start -> Duration.between(start, started).abs().compareTo(SAME_START) <= 0)
                .orElse(false);
    }

    private static void end(ProcessHandle server) {
        List<ProcessHandle> all = Stream.concat(Stream.of(server), server.descendants()).toList();
        server.destroy(); // waits for its clients, if they live
        if (!awaitEnd(List.of(server), GRACE)) {
            server.destroyForcibly(); // its own children notice and end
        }
        if (!awaitEnd(all, GRACE.multipliedBy(5))) {
            throw new IllegalStateException("A PostgreSQL left over from an earlier run, process " + server.pid()
                    + ", does not end: end it by hand");
        }
    }

    static boolean awaitEnd(List<ProcessHandle> processes, Duration atMost) {
        CompletableFuture<?>[] ends = processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(ends).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void deleteTree(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + directory, e);
        }
    }
}
