package dev.threeways.contract.fuzz;

import dev.threeways.contract.BareListener;
import dev.threeways.contract.BareRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A payment API on bare sockets. It approves each payment under an id that its key determines, unless a reply is
 * scripted.
 */
final class HostilePaymentApi implements AutoCloseable {

    /** Limit of an endless reply. */
    static final long MOST_BYTES = 64L << 20;

    /** Bytes that the kernel keeps for a client that no longer reads; small, so that most written bytes were read. */
    private static final int SEND_BUFFER_BYTES = 64 * 1024;

    private static final int BLOCK_BYTES = 64 * 1024;

    /** Long enough for a client to have read an answer and returned its connection to the pool. */
    private static final Duration LATER = Duration.ofMillis(5);

    private static final Duration HANG = Duration.ofSeconds(10);

    private final BareListener listener = BareListener.start(this::serve);

    private final Map<String, Scripted> scripted = new ConcurrentHashMap<>();

    private final List<String> exchanges = new ArrayList<>();

    /** Previous key on the same connection, by key. */
    private final Map<String, String> predecessors = new ConcurrentHashMap<>();

    private static final class Scripted {

        final Reply reply;

        final CountDownLatch done = new CountDownLatch(1);

        volatile boolean begun;

        /** Written by one thread; another may read it once {@link #done} is open. */
        long written;

        Scripted(Reply reply) {
            this.reply = reply;
        }
    }

    int port() {
        return listener.port();
    }

    /** The id of the payment that {@code key} stands for. */
    static String paymentId(String key) {
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.ISO_8859_1)).toString();
    }

    /** The key of another's payment, of the same length. */
    static String otherKey(String key) {
        return "o" + key.substring(1);
    }

    /** Scripts the reply to a payment under {@code key}. */
    void script(String key, Reply reply) {
        scripted.put(key, new Scripted(reply));
    }

    /**
     * Waits until the reply to {@code key} is sent as far as it ever is, if the payment was requested.
     *
     * @return its bytes, 0 if none was requested; -1 if it is not sent in time
     */
    long awaitReplied(String key, Duration atMost) throws InterruptedException {
        Scripted one = Objects.requireNonNull(scripted.get(key));
        if (!one.begun) {
            return 0;
        }
        return one.done.await(atMost.toNanos(), TimeUnit.NANOSECONDS) ? one.written : -1;
    }

    void forget(String key) {
        scripted.remove(key);
    }

    /** The key of the exchange before that of {@code key} on the same connection; empty if there was none. */
    String predecessor(String key) {
        return predecessors.getOrDefault(key, "");
    }

    /** The keys of the exchanges begun since the last call. */
    List<String> takeExchanges() {
        synchronized (exchanges) {
            List<String> taken = List.copyOf(exchanges);
            exchanges.clear();
            predecessors.clear();
            return taken;
        }
    }

    /** Closes all connections, whatever the clients' state. */
    void disconnect() {
        listener.disconnect();
    }

    private void serve(Socket connection) throws IOException, InterruptedException {
        connection.setSendBufferSize(SEND_BUFFER_BYTES);
        InputStream in = new BufferedInputStream(connection.getInputStream());
        for (String last = ""; last != null;) {
            last = serveOne(connection, in, last);
        }
    }

    /**
     * @param last the key of the previous exchange on this connection
     * @return the key of this one; null if the connection is not kept
     */
    private @Nullable String serveOne(Socket connection, InputStream in, String last)
            throws IOException, InterruptedException {
        BareRequest request = BareRequest.read(in);
        if (request == null) {
            return null;
        }
        String key = request.key();
        synchronized (exchanges) {
            exchanges.add(key);
            predecessors.put(key, last);
        }
        Scripted one = scripted.get(key);
        if (one == null) {
            request.skipBody(in);
            write(connection, replaced(Reply.well().bytes(), key));
            return key;
        }
        one.begun = true;
        try {
            if (!one.reply.early()) {
                request.skipBody(in);
            }
            write(connection, key, one);
            if (one.reply.early()) {
                request.skipBody(in);
            }
        } finally {
            if (one.reply.ending() == Reply.Ending.RESET) {
                connection.setSoLinger(true, 0);
            }
            if (one.reply.ending() == Reply.Ending.RESET || one.reply.ending() == Reply.Ending.CLOSE) {
                connection.close();
            }
            one.done.countDown();
        }
        if (one.reply.ending() == Reply.Ending.HANG) {
            connection.setSoTimeout(Math.toIntExact(HANG.toMillis()));
            while (in.read() >= 0) {
            } // until the client gives up
        }
        return one.reply.ending() == Reply.Ending.KEEP ? key : null;
    }

    private static void write(Socket connection, String key, Scripted one) throws IOException, InterruptedException {
        Reply reply = one.reply;
        String[] parts = reply.bytes().split(Reply.ENDLESS, -1);
        if (parts.length == 3) {
            write(connection, replaced(parts[0], key));
            byte[] filler = parts[1].getBytes(StandardCharsets.ISO_8859_1);
            byte[] block = new byte[BLOCK_BYTES / filler.length * filler.length];
            for (int i = 0; i < block.length; i++) {
                block[i] = filler[i % filler.length];
            }
            OutputStream out = connection.getOutputStream();
            while (one.written < MOST_BYTES) {
                out.write(block);
                one.written += block.length;
            }
            connection.close();
            return;
        }
        byte[] bytes = replaced(reply.bytes(), key);
        int from = 0;
        for (int cut : reply.cuts().stream().sorted().distinct().toList()) {
            int to = (int) ((long) bytes.length * cut / 1_000);
            if (to > from || cut == 0) {
                write(connection, Arrays.copyOfRange(bytes, from, to));
                Thread.sleep(reply.pauseMillis());
                from = to;
            }
        }
        write(connection, Arrays.copyOfRange(bytes, from, bytes.length));
        one.written = bytes.length;
        if (!reply.later().isEmpty()) {
            Thread.sleep(LATER);
            write(connection, replaced(reply.later(), key));
        }
    }

    private static void write(Socket connection, byte[] bytes) throws IOException {
        connection.getOutputStream().write(bytes);
    }

    private static byte[] replaced(String text, String key) {
        return text.replace(Reply.PAYMENT, paymentId(key))
                .replace(Reply.OTHER_PAYMENT, paymentId(otherKey(key)))
                .replace(Reply.KEY, key)
                .replace(Reply.OTHER_KEY, otherKey(key))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        listener.close();
    }
}
