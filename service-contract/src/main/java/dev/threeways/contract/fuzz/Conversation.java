package dev.threeways.contract.fuzz;

import dev.threeways.contract.HttpAnswer;
import dev.threeways.contract.HttpConnection;
import dev.threeways.contract.fuzz.Script.Part;
import dev.threeways.contract.fuzz.Transcript.End;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One script, followed once on one connection. */
final class Conversation {

    /** A service counts as silent if it neither answers nor closes the connection for this long. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Pause between two packets. The kernel joins what is written in less. */
    private static final Duration BETWEEN_PACKETS = Duration.ofMillis(1);

    private static final String KEY = "idempotency-key";

    private final HttpConnection connection;

    private final Script script;

    private final int execution;

    private final List<HttpAnswer> answers = new ArrayList<>();

    /** Methods of the sent requests, for the answers to come. */
    private final List<String> methods = new ArrayList<>();

    private @Nullable End end;

    private String note = "";

    private Conversation(HttpConnection connection, Script script, int execution) {
        this.connection = connection;
        this.script = script;
        this.execution = execution;
    }

    /** @param execution a number for the keys of this conversation alone */
    static Transcript hold(Script script, int execution, int port) throws InterruptedException {
        try (HttpConnection connection = HttpConnection.open(port, PATIENCE)) {
            return new Conversation(connection, script, execution).hold();
        } catch (IOException e) {
            return new Transcript(List.of(), 0, End.REFUSED, e.toString());
        }
    }

    private Transcript hold() throws IOException, InterruptedException {
        for (Part part : script.opening(execution)) {
            send(List.of(part));
            readOne();
        }
        List<Part> rest = Stream.concat(script.middle(execution).stream(), script.end(execution).stream()).toList();
        switch (script.ending()) {
            case KEEP -> {
                if (script.pipelined()) {
                    send(rest);
                } else {
                    converse(rest);
                }
                readUntil(key(rest.getLast()));
            }
            case HALF_CLOSE -> {
                send(rest);
                halfClose();
                readToEnd();
            }
            case RESET -> {
                send(rest);
                connection.reset();
                end = End.CLOSED;
            }
        }
        return new Transcript(List.copyOf(answers), connection.interimAnswers(), end == null ? End.OPEN : end, note);
    }

    /** Sends each part when the previous one is answered. */
    private void converse(List<Part> parts) throws InterruptedException {
        for (Part part : parts) {
            if (end != null) {
                return;
            }
            if (part.body().isEmpty()) {
                send(List.of(part));
            } else {
                sendWhenTold(part);
            }
            if (!part.equals(parts.getLast())) {
                readOne();
            }
        }
    }

    /** Sends like a client with {@code Expect: 100-continue}. Even if it is answered at once, its body is due. */
    private void sendWhenTold(Part part) throws InterruptedException {
        methods.add(part.method());
        write(part.head());
        try {
            boolean _ = connection.isInterimNext(); // waits
        } catch (IOException _) {
            // the next read reports the reason
        }
        write(part.body());
    }

    private void send(List<Part> parts) throws InterruptedException {
        StringBuilder all = new StringBuilder();
        for (Part part : parts) {
            methods.add(part.method());
            all.append(part.head()).append(part.body());
        }
        write(all.toString());
    }

    private void write(String text) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int from = 0;
        for (int cut : script.cuts().stream().sorted().distinct().toList()) {
            int to = (int) ((long) bytes.length * cut / 1_000);
            if (to > from) {
                push(bytes, from, to);
                Thread.sleep(BETWEEN_PACKETS);
                from = to;
            }
        }
        push(bytes, from, bytes.length);
    }

    private void push(byte[] bytes, int from, int to) {
        try {
            connection.send(Arrays.copyOfRange(bytes, from, to));
        } catch (IOException _) {
            // The service no longer reads. Its answers so far can still be read.
        }
    }

    private void halfClose() {
        try {
            connection.halfClose();
        } catch (IOException _) {
            // the service is gone: the next read reports it
        }
    }

    private void readUntil(String key) {
        while (end == null) {
            readOne();
            if (end == null && key.equals(answers.getLast().header().get(KEY))) {
                return;
            }
        }
    }

    private void readToEnd() {
        while (end == null) {
            readOne();
        }
    }

    private void readOne() {
        if (end != null) {
            return;
        }
        String method = answers.size() < methods.size() ? methods.get(answers.size()) : "";
        try {
            if (connection.isAtEnd()) {
                end = End.CLOSED;
            } else {
                answers.add(connection.read(method));
            }
        } catch (SocketTimeoutException _) {
            end = End.SILENT;
        } catch (EOFException e) {
            end = End.CUT_OFF;
            note = " (" + e.getMessage() + ")";
        } catch (SocketException _) {
            end = End.CLOSED;
        } catch (IOException | NumberFormatException e) {
            end = End.NOISE;
            note = " (" + e.getMessage() + ")";
        }
    }

    private static String key(Part plain) {
        return plain.head().replaceFirst("(?s).*Idempotency-Key: (\\S+).*", "$1");
    }
}
