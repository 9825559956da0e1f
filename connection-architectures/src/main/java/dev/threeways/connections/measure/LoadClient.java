package dev.threeways.connections.measure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Holds many connections, and sends requests on some of them. One thread reads what comes; callers send.
 *
 * <p>Connections have several addresses of 127.0.0.0/8 as their own, since one address has about 28,000 ports.
 */
final class LoadClient implements AutoCloseable {

    private static final int CONNECTIONS_PER_ADDRESS = 10_000;

    /** Limits connections that are being made at once: fewer than any backlog here. */
    private static final int CONNECTING_AT_ONCE = 100;

    /** Longest wait for answers after the last request. */
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int READ_BYTES = 64 * 1024;

    /** Last part of a wait, spent spinning: it should depend on the clock, not on the scheduler. */
    private static final long SPIN_NANOS = 30_000;

    private final Selector selector;

    private final Thread reader;

    /** Registrations with the selector: the reader makes them while it does not select. */
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    private final List<Connection> connections = new ArrayList<>();

    /** Number of connections, from the first, that {@link #useEach} has used. */
    private int used;

    private final AtomicInteger open = new AtomicInteger();

    private final AtomicLong sequence = new AtomicLong();

    private final int addressBase;

    private volatile boolean closing;

    private volatile @Nullable Load load;

    /** Sends one request at a time. What is due meanwhile waits, and its latency counts from when it was due. */
    private final class Connection {

        final SocketChannel channel;

        private final AnswerReader answers = new AnswerReader();

        /** Due times of requests that wait. Guarded by this, like the fields that follow. */
        private final Deque<Long> waiting = new ArrayDeque<>();

        private long dueNanos;

        private boolean busy;

        private boolean ended;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        synchronized void send(Load current, long due) {
            current.sent.incrementAndGet();
            if (ended) {
                current.errors.incrementAndGet();
            } else if (busy) {
                waiting.add(due);
            } else {
                write(current, due);
            }
        }

        private void write(Load current, long due) {
            dueNanos = due;
            busy = true;
            ByteBuffer bytes = ByteBuffer.wrap(numbered(current.request).getBytes(StandardCharsets.ISO_8859_1));
            try {
                while (bytes.hasRemaining()) { // requests are smaller than a socket's buffer; a full one soon empties
                    if (channel.write(bytes) == 0) {
                        Thread.onSpinWait();
                    }
                }
            } catch (IOException _) {
                end();
            }
        }

        void readable(ByteBuffer buffer) {
            try {
                if (channel.read(buffer.clear()) < 0) {
                    end();
                    return;
                }
                int status = answers.feed(buffer.flip());
                if (status != 0) {
                    answered(status);
                }
            } catch (IOException | RuntimeException _) { // reset, or no answer: other connections must not suffer
                end();
            }
        }

        private synchronized void answered(int status) {
            long now = System.nanoTime();
            Load current = load;
            if (!busy || current == null) {
                return;
            }
            busy = false;
            if (status == 200 || status == 402) { // declined is an answer as good as paid
                current.micros.recordValue(Math.max(0, (now - dueNanos) / 1_000));
                current.ok.incrementAndGet();
            } else {
                current.errors.incrementAndGet();
            }
            Long next = waiting.poll();
            if (next != null) {
                write(current, next);
            } else if (current.closedLoop && !current.ending) {
                send(current, System.nanoTime());
            }
        }

        /** Closes the connection: requests that wait on it are errors. */
        synchronized void end() {
            if (ended) {
                return;
            }
            ended = true;
            try {
                channel.close();
            } catch (IOException _) { // the channel is closed all the same
            }
            open.decrementAndGet();
            Load current = load;
            if (busy && current != null) {
                current.errors.addAndGet(1 + waiting.size());
            }
            waiting.clear();
        }

        synchronized boolean isBusy() {
            return busy && !ended;
        }
    }

    /** @param number of this client on the machine, from 0: each has addresses of its own */
    LoadClient(int number) throws IOException {
        this.addressBase = 2 + number * 16;
        this.selector = Selector.open();
        this.reader = Thread.ofPlatform().daemon().name("reader").start(this::read);
    }

    int open() {
        return open.get();
    }

    /**
     * Makes {@code count} more connections.
     *
     * @return how many could be made in time
     */
    int connect(int port, int count, double seconds) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        List<SocketChannel> making = new ArrayList<>();
        int made = 0;
        int first = connections.size();
        try (Selector connecting = Selector.open()) {
            long until = System.nanoTime() + (long) (seconds * 1e9);
            int begun = 0;
            while ((begun < count || !making.isEmpty()) && System.nanoTime() - until < 0) {
                while (begun < count && making.size() < CONNECTING_AT_ONCE) {
                    SocketChannel channel = SocketChannel.open();
                    channel.configureBlocking(false);
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0); // a reset leaves nothing in TIME_WAIT
                    channel.bind(new InetSocketAddress(address(first + begun), 0));
                    channel.connect(target);
                    channel.register(connecting, SelectionKey.OP_CONNECT);
                    making.add(channel);
                    begun++;
                }
                connecting.select(100);
                for (SelectionKey key : connecting.selectedKeys()) {
                    SocketChannel channel = (SocketChannel) key.channel();
                    try {
                        if (channel.finishConnect()) {
                            key.cancel();
                            making.remove(channel);
                            made++;
                            connections.add(new Connection(channel));
                        }
                    } catch (IOException _) { // refused
                        channel.close();
                        making.remove(channel);
                    }
                }
                connecting.selectedKeys().clear();
                connecting.selectNow(); // forgets cancelled keys, so that channels can be registered elsewhere
            }
            for (SocketChannel channel : making) {
                channel.close();
            }
        }
        register(connections.subList(connections.size() - made, connections.size()));
        return made;
    }

    /** Returns 127.0.0.2 or a later one: loopback answers to all of them. */
    private InetAddress address(int connection) throws IOException {
        return InetAddress.getByAddress(
                new byte[]{127, 0, 0, (byte) (addressBase + connection / CONNECTIONS_PER_ADDRESS)});
    }

    private void register(List<Connection> fresh) {
        open.addAndGet(fresh.size());
        CompletableFuture<Void> registered = new CompletableFuture<>();
        tasks.add(() -> {
            for (Connection connection : fresh) {
                try {
                    connection.channel.register(selector, SelectionKey.OP_READ, connection);
                } catch (IOException _) {
                    connection.end();
                }
            }
            registered.complete(null);
        });
        selector.wakeup();
        registered.join();
    }

    /**
     * Sends one request on each new connection, {@code atOnce} at a time. The connections have then been used, and are
     * idle.
     */
    Outcome useEach(String request, int atOnce) throws IOException {
        Load current = new Load(request, false);
        load = current;
        List<Connection> fresh = List.copyOf(connections.subList(used, connections.size()));
        used = connections.size();
        for (Connection connection : fresh) {
            long until = System.nanoTime() + DRAIN_NANOS;
            while (current.unanswered() >= atOnce) {
                LockSupport.parkNanos(50_000); // until one is answered
                if (System.nanoTime() - until > 0) {
                    throw new IOException("No answer in " + DRAIN_NANOS / 1_000_000_000 + " s to any of " + atOnce
                            + " requests");
                }
            }
            connection.send(current, System.nanoTime());
        }
        return end(current);
    }

    /**
     * Sends an open load: requests at times of a Poisson process, on the first {@code active} connections in turn,
     * whether answered or not.
     */
    Outcome open(double perSecond, double seconds, int active, String request, long seed) throws IOException {
        Load current = new Load(request, false);
        List<Connection> actives = open(active);
        load = current;
        SplittableRandom random = new SplittableRandom(seed);
        long begun = System.nanoTime();
        long until = begun + (long) (seconds * 1e9);
        long due = begun;
        for (int i = 0;; i = (i + 1) % active) {
            due += (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
            if (due - until >= 0) {
                return end(current);
            }
            awaitNanoTime(due);
            current.lagMicros.recordValue(Math.max(0, (System.nanoTime() - due) / 1_000));
            actives.get(i).send(current, due);
        }
    }

    /** Sends a closed load: on each of the first {@code active} connections the next request follows the answer. */
    Outcome closed(double seconds, int active, String request) throws IOException {
        Load current = new Load(request, true);
        List<Connection> actives = open(active);
        load = current;
        long begun = System.nanoTime();
        for (Connection connection : actives) {
            connection.send(current, System.nanoTime());
        }
        awaitNanoTime(begun + (long) (seconds * 1e9));
        return end(current);
    }

    private List<Connection> open(int most) throws IOException {
        List<Connection> some = connections.stream()
                .filter(connection -> connection.channel.isOpen())
                .limit(most)
                .toList();
        if (some.size() < most) {
            throw new IOException("Only " + some.size() + " of " + most + " connections are open");
        }
        return some;
    }

    /**
     * Waits for the last answers. A connection that has none by then is closed, or it would answer into the next load.
     */
    private Outcome end(Load current) {
        current.ending = true;
        long until = System.nanoTime() + DRAIN_NANOS;
        while (current.unanswered() > 0 && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(1_000_000); // until the last answers are there
        }
        if (current.unanswered() > 0) {
            connections.stream().filter(Connection::isBusy).forEach(Connection::end);
        }
        load = null;
        return new Outcome(current.sent.get(), current.ok.get(), current.errors.get(), current.micros,
                current.lagMicros);
    }

    /** Sends a byte that is no request on the first {@code count} connections. */
    void poke(int count) throws IOException {
        for (Connection connection : open(count)) {
            connection.channel.write(ByteBuffer.wrap(new byte[]{'x'}));
        }
    }

    /** Replaces {@code %d} by what no other request of any client has. */
    private String numbered(String request) {
        return request.contains("%d") ? request.replace("%d", addressBase + "-" + sequence.incrementAndGet()) : request;
    }

    private static void awaitNanoTime(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private void read() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        try {
            while (!closing) {
                selector.select(key -> {
                    if (key.attachment() instanceof Connection connection) {
                        connection.readable(buffer);
                    }
                });
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
            }
        } catch (IOException e) {
            System.err.println("The client's selector failed: " + e);
        }
    }

    @Override
    public void close() throws IOException {
        closing = true;
        selector.wakeup();
        try {
            reader.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        for (Connection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }
}
