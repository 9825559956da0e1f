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
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Holds many connections, and sends requests on some of them. One thread reads what comes; whoever calls sends.
 *
 * <p>Connections have several addresses of 127.0.0.0/8 as their own, since one address has some 28,000 ports.
 */
final class LoadClient implements AutoCloseable {

    private static final int CONNECTIONS_PER_ADDRESS = 10_000;

    /** Connections that are being made at once: fewer than any backlog here. */
    private static final int CONNECTING_AT_ONCE = 100;

    /** For answers after the last request. */
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int READ_BYTES = 64 * 1024;

    /** From here on time is spent waiting for the clock, and not for the scheduler. */
    private static final long SPIN_NANOS = 30_000;

    private final Selector selector;

    private final Thread reader;

    /** Guards the selector's keys against registrations while it selects. */
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    private final List<Connection> connections = new ArrayList<>();

    private final AtomicInteger open = new AtomicInteger();

    private final AtomicLong sequence = new AtomicLong();

    private final int addressBase;

    private volatile boolean closing;

    private volatile @Nullable Load load;

    /**
     * What became of requests.
     *
     * @param ok answered with 200 or 402
     * @param errors answered with anything else, or not at all
     * @param micros from the intended time of each to the end of its answer
     * @param lagMicros from the intended time to the sending
     */
    record Outcome(long sent, long ok, long errors, double seconds, Histogram micros, Histogram lagMicros) {}

    /** One load that is going on. */
    private static final class Load {

        final Queue<Connection> free = new ConcurrentLinkedQueue<>();

        final ConcurrentHistogram micros = new ConcurrentHistogram(3);

        final Histogram lagMicros = new Histogram(3);

        final AtomicLong ok = new AtomicLong();

        final AtomicLong errors = new AtomicLong();

        final AtomicInteger inFlight = new AtomicInteger();

        /** What is sent again as soon as it is answered; null in an open load. */
        final @Nullable String closedLoop;

        volatile boolean ending;

        Load(@Nullable String closedLoop) {
            this.closedLoop = closedLoop;
        }
    }

    private final class Connection {

        final SocketChannel channel;

        private final AnswerReader answers = new AnswerReader();

        private volatile long intendedNanos;

        private volatile boolean busy;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void send(String request, long intended) throws IOException {
            intendedNanos = intended;
            busy = true;
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    Thread.onSpinWait(); // requests are smaller than any socket's buffer; a full one is soon emptied
                }
            }
        }

        void readable(ByteBuffer buffer) {
            try {
                int count = channel.read(buffer.clear());
                if (count < 0) {
                    end();
                    return;
                }
                int status = answers.feed(buffer.flip());
                if (status != 0) {
                    answered(status);
                }
            } catch (IOException | RuntimeException _) { // reset, or no answer: others are not to suffer from it
                end();
            }
        }

        private void answered(int status) throws IOException {
            long now = System.nanoTime();
            long intended = intendedNanos;
            busy = false;
            Load current = load;
            if (current == null) {
                return;
            }
            if (status == 200 || status == 402) { // declined is an answer as good as paid
                current.ok.incrementAndGet();
                current.micros.recordValue(Math.max(0, (now - intended) / 1_000));
            } else {
                current.errors.incrementAndGet();
            }
            String again = current.closedLoop;
            if (again != null && !current.ending) {
                send(numbered(again), System.nanoTime());
            } else {
                current.inFlight.decrementAndGet();
                current.free.add(this);
            }
        }

        private void end() {
            try {
                channel.close();
            } catch (IOException _) {
                // It is closed all the same.
            }
            open.decrementAndGet();
            Load current = load;
            if (busy && current != null) {
                current.errors.incrementAndGet();
                current.inFlight.decrementAndGet();
            }
        }
    }

    /** @param number of this client among those on the machine, from 0: each has addresses of its own */
    LoadClient(int number) throws IOException {
        this.addressBase = 2 + number * 16;
        this.selector = Selector.open();
        this.reader = Thread.ofPlatform().daemon().name("reader").start(this::read);
    }

    int open() {
        return open.get();
    }

    /**
     * Makes so many more.
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
                connecting.selectNow(); // forgets those that are cancelled, so that they can be registered elsewhere
            }
            for (SocketChannel channel : making) {
                channel.close();
            }
        }
        register(connections.subList(connections.size() - made, connections.size()));
        return made;
    }

    /** 127.0.0.2 and on: loopback answers to all of them. */
    private InetAddress address(int connection) throws IOException {
        return InetAddress.getByAddress(
                new byte[]{127, 0, 0, (byte) (addressBase + connection / CONNECTIONS_PER_ADDRESS)});
    }

    private void register(List<Connection> fresh) {
        open.addAndGet(fresh.size());
        List<Connection> batch = List.copyOf(fresh);
        AtomicInteger left = new AtomicInteger(1);
        tasks.add(() -> {
            for (Connection connection : batch) {
                try {
                    connection.channel.register(selector, SelectionKey.OP_READ, connection);
                } catch (IOException _) {
                    connection.end();
                }
            }
            left.set(0);
        });
        selector.wakeup();
        while (left.get() > 0) {
            LockSupport.parkNanos(100_000); // a moment of the reader's
        }
    }

    /** One request on each connection, so many at once: they have been used, and are idle then. */
    Outcome useEach(String request, int atOnce) throws IOException {
        Load current = new Load(null);
        load = current;
        long begun = System.nanoTime();
        for (Connection connection : List.copyOf(connections)) {
            long until = System.nanoTime() + DRAIN_NANOS;
            while (current.inFlight.get() >= atOnce) {
                LockSupport.parkNanos(50_000); // until one is answered
                if (System.nanoTime() - until > 0) {
                    throw new IOException("No answer in " + DRAIN_NANOS / 1_000_000_000 + " s to any of " + atOnce
                            + " requests");
                }
            }
            if (connection.channel.isOpen()) {
                current.inFlight.incrementAndGet();
                connection.send(numbered(request), System.nanoTime());
            }
        }
        return end(current, connections.size(), begun);
    }

    /**
     * An open load: requests at times of a Poisson process, on the first so many connections, whichever is free. What finds
     * none free waits, and its latency counts from when it was due.
     */
    Outcome open(double perSecond, double seconds, int active, String request, long seed) throws IOException {
        Load current = new Load(null);
        open(active).forEach(current.free::add);
        load = current;
        SplittableRandom random = new SplittableRandom(seed);
        long begun = System.nanoTime();
        long until = begun + (long) (seconds * 1e9);
        long sent = 0;
        long due = begun;
        while (true) {
            due += (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
            if (due - until >= 0) {
                break;
            }
            awaitNanoTime(due);
            Connection connection = current.free.poll();
            while (connection == null || !connection.channel.isOpen()) {
                if (connection == null) {
                    LockSupport.parkNanos(20_000); // until one is free
                    if (System.nanoTime() - until > DRAIN_NANOS) {
                        return end(current, sent, begun);
                    }
                }
                connection = current.free.poll();
            }
            current.inFlight.incrementAndGet();
            current.lagMicros.recordValue(Math.max(0, (System.nanoTime() - due) / 1_000));
            try {
                connection.send(numbered(request), due);
            } catch (IOException _) {
                current.errors.incrementAndGet();
                current.inFlight.decrementAndGet();
            }
            sent++;
        }
        return end(current, sent, begun);
    }

    /** A closed load: on each of the first so many connections the next request follows the answer. */
    Outcome closed(double seconds, int active, String request) throws IOException {
        Load current = new Load(request);
        load = current;
        long begun = System.nanoTime();
        for (Connection connection : open(active)) {
            current.inFlight.incrementAndGet();
            connection.send(numbered(request), System.nanoTime());
        }
        awaitNanoTime(begun + (long) (seconds * 1e9));
        return end(current, -1, begun);
    }

    private List<Connection> open(int most) throws IOException {
        List<Connection> some = connections.stream().filter(connection -> connection.channel.isOpen()).limit(most)
                .toList();
        if (some.size() < most) {
            throw new IOException("Only " + some.size() + " of " + most + " connections are open");
        }
        return some;
    }

    private Outcome end(Load current, long sent, long begun) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        current.ending = true;
        long until = System.nanoTime() + DRAIN_NANOS;
        while (current.inFlight.get() > 0 && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(1_000_000); // until the last answers are there
        }
        long lost = Math.max(0, current.inFlight.get());
        load = null;
        return new Outcome(sent < 0 ? current.ok.get() + current.errors.get() + lost : sent, current.ok.get(),
                current.errors.get() + lost, seconds, current.micros, current.lagMicros);
    }

    /** Sends a byte that is no request on the first so many connections. */
    void poke(int count) throws IOException {
        for (Connection connection : open(count)) {
            connection.channel.write(ByteBuffer.wrap(new byte[]{'x'}));
        }
    }

    /**
     * Makes connections, one request on each, and resets them, so many at once: nothing is left in TIME_WAIT.
     *
     * @return requests that were answered
     */
    static long churn(int port, double seconds, int atOnce, String request, int number) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        long until = System.nanoTime() + (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < atOnce; i++) {
            byte last = (byte) (2 + number * 16 + i % 8);
            threads.add(Thread.ofVirtual().start(() -> {
                ByteBuffer buffer = ByteBuffer.allocate(1_024);
                while (System.nanoTime() - until < 0) {
                    try (SocketChannel channel = SocketChannel.open()) {
                        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                        channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, last}), 0));
                        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                        channel.write(ByteBuffer.wrap(bytes));
                        if (channel.read(buffer.clear()) > 0) {
                            done.incrementAndGet();
                        }
                    } catch (IOException _) {
                        // Counted by its absence.
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return done.get();
    }

    /** {@code %d} becomes what no other request of this client or another has. */
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
