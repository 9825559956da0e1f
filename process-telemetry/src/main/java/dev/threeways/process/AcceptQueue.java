package dev.threeways.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.threeways.telemetry.LimitedResource;
import dev.threeways.telemetry.ListeningSocket;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Connections that the kernel has and the server has not accepted yet. Linux reports their number as the receive queue
 * of the listening socket, at the beginning of a list of all sockets of the network namespace. Other systems do not
 * report it.
 */
final class AcceptQueue {

    /** Name of the resource. */
    static final String NAME = "accept-queue";

    /** Exists on Linux only. */
    static final String TOLD_BY = "/proc/net/tcp6";

    /** Java listens on IPv6 sockets, which take IPv4 as well, unless it is told otherwise. */
    private static final List<Path> SOCKETS = List.of(Path.of(TOLD_BY), Path.of("/proc/net/tcp"));

    private static final Path STATISTICS = Path.of("/proc/net/netstat");

    private static final Path LARGEST = Path.of("/proc/sys/net/core/somaxconn");

    private static final String LISTENING = "0A";

    /** First word of the first line. */
    private static final String NAMES = "sl";

    /** Slightly more than a line of IPv6 has. */
    private static final int LINE_BYTES = 200;

    private static final Duration AGE = Duration.ofMillis(900);

    private AcceptQueue() {}

    /** The resource. Works only where {@link #TOLD_BY} exists. */
    static LimitedResource of(ListeningSocket socket) {
        var length = new Cached<>(() -> length(socket.port().getAsInt()), AGE);
        long limit = lines(LARGEST).stream()
                .mapToLong(Long::parseLong)
                .map(most -> Math.min(most, socket.acceptCount()))
                .findFirst()
                .orElse(socket.acceptCount());
        return LimitedResource.of(NAME, () -> length.get().orElse(0)).limit(() -> limit);
    }

    /**
     * Connections rejected because the queue they belonged to was full, of all sockets of the network namespace: in a
     * container that is this process.
     */
    static OptionalLong overflows() {
        return overflows(lines(STATISTICS));
    }

    /** @param netstat pairs of lines, the first with the names and the second with the numbers */
    static OptionalLong overflows(List<String> netstat) {
        for (int i = 0; i + 1 < netstat.size(); i += 2) {
            int column = List.of(netstat.get(i).split(" ")).indexOf("ListenOverflows");
            if (column >= 0) {
                return OptionalLong.of(Long.parseLong(netstat.get(i + 1).split(" ", -1)[column]));
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong length(int port) {
        for (Path sockets : SOCKETS) {
            try (InputStream in = Files.newInputStream(sockets)) {
                OptionalLong length = length(in, port);
                if (length.isPresent()) {
                    return length;
                }
            } catch (IOException _) { // no IPv6
            }
        }
        return OptionalLong.empty();
    }

    /**
     * Reads line by line until the first socket that listens on {@code port}, at most to the end of the listening
     * sockets, which come first. To list the others the kernel walks a table, which takes up to milliseconds, however
     * few they are.
     *
     * @param sockets as {@code /proc/net/tcp} has them: number, local and remote address, state, queues
     */
    static OptionalLong length(InputStream sockets, int port) throws IOException {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        StringBuilder text = new StringBuilder();
        byte[] some = new byte[LINE_BYTES];
        for (int read = sockets.read(some); read >= 0; read = sockets.read(some)) {
            text.append(new String(some, 0, read, US_ASCII));
            for (int end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
                String[] words = text.substring(0, end).strip().split("\\s+", 6);
                text.delete(0, end + 1);
                if (words[0].equals(NAMES)) {
                    continue;
                }
                if (!words[3].equals(LISTENING)) {
                    return OptionalLong.empty();
                }
                if (words[1].endsWith(suffix)) {
                    return OptionalLong.of(Long.parseLong(words[4].substring(words[4].indexOf(':') + 1), 16));
                }
            }
        }
        return OptionalLong.empty();
    }

    private static List<String> lines(Path path) {
        try {
            return Files.readAllLines(path);
        } catch (IOException _) {
            return List.of();
        }
    }
}
