package dev.threeways.contract.fuzz;

import dev.threeways.contract.fuzz.Ledgers.Line;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A service in a few lines: it reads to the first empty line, and answers with the status of its rule for that head. It
 * pays if that is 200, and else closes the connection.
 */
final class FakeStack implements Stack, AutoCloseable {

    private static final int BACKLOG = 1024;

    private static final String HEAD_END = "\r\n\r\n";

    private static final Pattern PLAIN = Pattern
            .compile("POST /orders/42/payment HTTP/1.1\r\nHost: 127.0.0.1\r\nIdempotency-Key: (\\S+)\r\n\r\n");

    private static final Pattern KEY = Pattern.compile("Idempotency-Key: (\\S+)\r\n");

    private final String name;

    private final ToIntFunction<String> rule;

    private final ServerSocket listener;

    private final List<Line> lines = new ArrayList<>();

    private final List<String> exchanges = new ArrayList<>();

    FakeStack(String name, ToIntFunction<String> rule) {
        this.name = name;
        this.rule = rule;
        try {
            this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** A rule that rejects anything but the plainest request. */
    static int strict(String head) {
        return PLAIN.matcher(head).matches() ? 200 : 400;
    }

    static String paymentId(String key) {
        return "id-of-" + key;
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = listener.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            StringBuilder head = new StringBuilder();
            for (int b = in.read(); b >= 0; b = in.read()) {
                head.append((char) b);
                if (head.indexOf(HEAD_END, Math.max(0, head.length() - HEAD_END.length())) >= 0) {
                    String answer = answer(head.toString());
                    connection.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    if (!answer.startsWith("HTTP/1.1 200")) {
                        return;
                    }
                    head.setLength(0);
                }
            }
        } catch (IOException _) {
            // the caller is gone
        }
    }

    private synchronized String answer(String head) {
        int status = rule.applyAsInt(head);
        Matcher key = KEY.matcher(head);
        if (status != 200 || !key.find()) {
            return "HTTP/1.1 " + status + " x\r\nContent-Length: 0\r\n\r\n";
        }
        String id = paymentId(key.group(1));
        lines.add(new Line(key.group(1), "paid", id));
        exchanges.add(key.group(1));
        String body = "{\"paymentId\":\"" + id + "\"}";
        return "HTTP/1.1 200 OK\r\nIdempotency-Key: " + key.group(1) + "\r\nContent-Length: " + body.length() + HEAD_END
                + body;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int port() {
        return listener.getLocalPort();
    }

    @Override
    public void restart() {
        // nothing to restart
    }

    @Override
    public synchronized Ledgers settle() {
        Ledgers ledgers = new Ledgers(List.copyOf(lines), List.copyOf(exchanges), List.of());
        lines.clear();
        exchanges.clear();
        return ledgers;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
