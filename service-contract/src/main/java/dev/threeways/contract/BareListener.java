package dev.threeways.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port on loopback for servers that send what no HTTP server would. Each connection has a virtual thread of its own.
 */
public final class BareListener implements AutoCloseable {

    private static final int BACKLOG = 1024;

    private final ServerSocket listener;

    private final Server server;

    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /** Serves a connection. It is closed in any case when this returns, or fails because the client is gone. */
    @FunctionalInterface
    public interface Server {

        void serve(Socket connection) throws IOException, InterruptedException;
    }

    private BareListener(ServerSocket listener, Server server) {
        this.listener = listener;
        this.server = server;
    }

    public static BareListener start(Server server) {
        try {
            var started = new BareListener(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), server);
            Thread.ofVirtual().name("bare-listener").start(started::accept);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on loopback", e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Connections that are open now. */
    public Set<Socket> connections() {
        return Set.copyOf(connections);
    }

    /** Closes all connections, whatever the clients' state. */
    public void disconnect() {
        for (Socket connection : connections) {
            try {
                connection.close();
            } catch (IOException _) {
                // it is gone
            }
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = listener.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            server.serve(connection);
        } catch (IOException _) {
            // the client is gone
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close port " + port(), e);
        }
        disconnect();
    }
}
