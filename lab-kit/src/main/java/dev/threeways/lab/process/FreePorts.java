package dev.threeways.lab.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds free TCP ports, below every common range of ephemeral ports (RFC 6335: 49152 and up; Linux: 32768 and up).
 * There the kernel may give the same port to an outgoing connection before the server has bound it.
 */
public final class FreePorts {

    private static final int FIRST = 20_000;

    private static final int LAST = 32_000;

    private static final int ATTEMPTS = 200;

    private static final Set<Integer> handedOut = new HashSet<>();

    private FreePorts() {}

    /**
     * Returns a port that was free on all addresses a moment ago and has not been returned by this JVM before.
     *
     * @throws IllegalStateException if none was found
     */
    public static synchronized int next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (!handedOut.contains(port) && isFree(port)) {
                handedOut.add(port);
                return port;
            }
        }
        throw new IllegalStateException("No free TCP port found between " + FIRST + " and " + LAST);
    }

    /** Whether a server could listen on {@code port}, on loopback as well as on all addresses. */
    public static boolean isFree(int port) {
        return canBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                && canBind(new InetSocketAddress(port));
    }

    private static boolean canBind(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // servers do so: a port in TIME_WAIT is free
            socket.bind(address);
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
