package dev.threeways.contract;

import static org.awaitility.Awaitility.await;

import dev.threeways.lab.process.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a service and a backend, so that the network in between can be watched and broken. It refuses,
 * swallows, stalls and cuts connections, and shows what was sent through them.
 */
public final class Relay implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 * 1024;

    private static final int BACKLOG = 1024;

    /** A connection attempt to a full queue is not answered; loopback answers the others at once. */
    private static final int SWALLOWED_AFTER_MILLIS = 200;

    private static final Duration REBIND = Duration.ofSeconds(5);

    private volatile InetSocketAddress target;

    private final Supplier<Tap> taps;

    private final int port = FreePorts.next();

    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    private final AtomicInteger accepted = new AtomicInteger();

    private final LongAdder bytesToClients = new LongAdder();

    private final List<Socket> fillers = new ArrayList<>();

    private @Nullable ServerSocket listener;

    private @Nullable Thread acceptor;

    private boolean swallowing;

    private boolean stalled;

    private Relay(InetSocketAddress target, Supplier<Tap> taps) {
        this.target = target;
        this.taps = taps;
    }

    /** @param taps makes a tap for each connection */
    static Relay to(String host, int port, Supplier<Tap> taps) {
        Relay relay = new Relay(new InetSocketAddress(host, port), taps);
        relay.open();
        return relay;
    }

    int port() {
        return port;
    }

    /** Leads new connections to another port of the same host; open ones are ended. */
    public void leadTo(int targetPort) {
        target = new InetSocketAddress(target.getHostString(), targetPort);
        cut();
    }

    /** Connections opened since the start. */
    public int accepted() {
        return accepted.get();
    }

    /** Bytes that the target sent and this has passed on. */
    public long bytesToClients() {
        return bytesToClients.sum();
    }

    /** Connections open now. */
    public int connections() {
        return connections.size();
    }

    /** Passes everything on, on old connections and new ones. */
    public synchronized void open() {
        if (listener == null || swallowing) {
            closeListener();
            ServerSocket socket = listen(BACKLOG);
            listener = socket;
            acceptor = Thread.ofVirtual().start(() -> accept(socket));
        }
        stalled = false;
        notifyAll();
    }

    /** Refuses new connections; open ones live on. */
    public synchronized void refuse() {
        closeListener();
    }

    /** Neither accepts nor refuses new connections, like a firewall that drops packets; open ones live on. */
    public synchronized void swallow() {
        closeListener();
        listener = listen(1);
        swallowing = true;
        try {
            while (true) { // until the queue is full, which nothing empties
                Socket filler = new Socket();
                fillers.add(filler);
                filler.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), SWALLOWED_AFTER_MILLIS);
            }
        } catch (SocketTimeoutException _) {
            return; // full
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Holds back everything sent from now on until {@link #open()} is called, on old connections and new ones. */
    public synchronized void stall() {
        stalled = true;
    }

    /** Ends all open connections, without notice. */
    public void cut() {
        connections.forEach(Connection::close);
    }

    @Override
    public void close() {
        refuse();
        cut();
        synchronized (this) { // a pump waiting in a stall finds the connection gone
            stalled = false;
            notifyAll();
        }
    }

    private synchronized void awaitPassage() throws InterruptedException {
        while (stalled) {
            wait();
        }
    }

    /** The port of a listener just closed may not be free at once. */
    private ServerSocket listen(int backlog) {
        return await("port " + port).pollInterval(Duration.ofMillis(10))
                .atMost(REBIND)
                .until(() -> tryListen(backlog), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<ServerSocket> tryListen(int backlog) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), backlog);
            return Optional.of(socket);
        } catch (BindException _) {
            socket.close();
            return Optional.empty();
        }
    }

    private void closeListener() {
        if (listener != null) {
            closeQuietly(listener);
            listener = null;
        }
        if (acceptor != null) { // while it accepts, the port is not closed yet
            joinQuietly(acceptor);
            acceptor = null;
        }
        fillers.forEach(Relay::closeQuietly);
        fillers.clear();
        swallowing = false;
    }

    private void accept(ServerSocket socket) {
        while (true) {
            try {
                Socket client = socket.accept();
                int _ = accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target);
        } catch (IOException _) {
            closeQuietly(client);
            closeQuietly(server);
            return;
        }
        Connection connection = new Connection(client, server);
        connections.add(connection);
        Tap tap = taps.get();
        Thread.ofVirtual().start(() -> connection.pump(client, server, tap, _ -> {}));
        Thread.ofVirtual().start(() -> connection.pump(server, client, (_, _) -> {}, bytesToClients::add));
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception _) {
            // it is gone, as intended
        }
    }

    private final class Connection {

        private final Socket client;

        private final Socket server;

        private final AtomicInteger openDirections = new AtomicInteger(2);

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        /** @param passed receives the number of bytes passed on */
        void pump(Socket from, Socket to, Tap tap, IntConsumer passed) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    awaitPassage();
                    tap.fromClient(buffer, length);
                    out.write(buffer, 0, length);
                    passed.accept(length);
                }
                to.shutdownOutput();
                if (openDirections.decrementAndGet() == 0) {
                    close();
                }
            } catch (IOException _) { // one side was reset: so is the other
                reset(to);
                close();
            } catch (InterruptedException _) {
                close();
            }
        }

        private static void reset(Socket socket) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException _) {
                // closed already
            }
        }

        void close() {
            closeQuietly(client);
            closeQuietly(server);
            connections.remove(this);
        }
    }
}
