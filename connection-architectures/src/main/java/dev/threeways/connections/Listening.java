package dev.threeways.connections;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;

/** Does the listener's work: binds a socket, whose backlog the kernel fills from then on. */
public final class Listening {

    private Listening() {}

    /**
     * @param port 0 for a free one
     * @param shared whether other sockets that are shared, too, may bind the port
     * @throws IOException naming the port, if it cannot be bound
     */
    public static ServerSocketChannel bind(ServerSettings settings, int port, boolean shared, Watch watch)
            throws IOException {
        ServerSocketChannel channel = settings.selectors().openServerSocketChannel();
        try {
            // Lets a restarted server bind its port while old connections are in TIME_WAIT.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (shared) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), settings.limits().backlog());
        } catch (UnsupportedOperationException e) {
            channel.close();
            throw notShared(e);
        } catch (IOException e) {
            channel.close();
            throw cannotListen(port, e);
        }
        listens(settings, channel.socket().getLocalPort(), shared, watch);
        return channel;
    }

    /**
     * Binds a socket whose connections are read by blocking threads.
     *
     * @throws IOException naming the port, if it cannot be bound
     */
    public static ServerSocket bind(ServerSettings settings, Watch watch) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true); // for restarts, as in the other bind
            if (settings.shared()) {
                socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()),
                    settings.limits().backlog());
        } catch (IOException e) {
            socket.close();
            throw cannotListen(settings.port(), e);
        } catch (UnsupportedOperationException e) {
            socket.close();
            throw notShared(e);
        }
        listens(settings, socket.getLocalPort(), settings.shared(), watch);
        return socket;
    }

    private static void listens(ServerSettings settings, int port, boolean shared, Watch watch) {
        watch.did(Role.LISTENER);
        if (watch.trace.isOn()) {
            watch.trace.step(Trace.NO_CONNECTION, Role.LISTENER,
                    "listen on port " + port + ", backlog " + settings.limits().backlog(),
                    shared ? "socket, setsockopt(SO_REUSEPORT), bind, listen" : "socket, bind, listen");
        }
    }

    private static IOException cannotListen(int port, IOException e) {
        return new IOException("Cannot listen on port " + port + ": " + e.getMessage(), e);
    }

    private static IOException notShared(UnsupportedOperationException e) {
        return new IOException("This system has no SO_REUSEPORT: several sockets cannot share a port", e);
    }
}
