package dev.threeways.connections;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A client that sends given bytes, and reads what comes back. */
final class Wire implements AutoCloseable {

    /** Far more than any timeout of a server in these tests. */
    private static final int PATIENCE_MILLIS = 20_000;

    /** Message of an {@link EOFException} if nothing of an answer had come. */
    static final String NOTHING = "the connection ended";

    private static final String PART = "the connection ended within an answer";

    private final Socket socket = new Socket();

    private final InputStream in;

    record Answer(int status, Map<String, String> fields, String body) {}

    Wire(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBytes size of the socket's receive buffer; 0 for the system's own */
    Wire(int port, int receiveBytes) throws IOException {
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: here\r\n\r\n";
    }

    static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: here\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Returns the head of a request whose body comes in chunks. */
    static String chunkedHead(String path) {
        return "POST " + path + " HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n";
    }

    static String chunk(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }

    static String chunked(String path, String... chunks) {
        return chunkedHead(path) + Arrays.stream(chunks).map(Wire::chunk).collect(Collectors.joining()) + "0\r\n\r\n";
    }

    Wire send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    Answer ask(String request) throws IOException {
        return send(request).answer();
    }

    /** @throws EOFException if the connection ends instead */
    Answer answer() throws IOException {
        return answer(true);
    }

    /** Reads all answers until the connection ends. */
    List<Answer> answers() throws IOException {
        List<Answer> answers = new ArrayList<>();
        try {
            while (true) {
                answers.add(answer());
            }
        } catch (EOFException | SocketException e) { // a reset counts as an end
            if (e instanceof EOFException && !NOTHING.equals(e.getMessage())) {
                throw e;
            }
        }
        return answers;
    }

    /** @param hasBody false for an answer to HEAD */
    Answer answer(boolean hasBody) throws IOException {
        String status = line(NOTHING);
        Map<String, String> fields = new HashMap<>();
        for (String line = line(PART); !line.isEmpty(); line = line(PART)) {
            fields.put(line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
                    line.substring(line.indexOf(':') + 1).strip());
        }
        int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(hasBody ? length : 0);
        if (hasBody && body.length < length) {
            throw new EOFException("the answer ended after " + body.length + " of " + length + " bytes");
        }
        return new Answer(Integer.parseInt(status.split(" ", -1)[1]), fields,
                new String(body, StandardCharsets.ISO_8859_1));
    }

    /** Waits for the server to close the connection, and returns whether it did; a reset counts. */
    boolean isEnded() {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /** Ends sending; answers can still be read. */
    Wire endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Ends the connection as a crash does: with a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line(String ifEnded) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int character = in.read();
            if (character < 0) {
                throw new EOFException(line.isEmpty() ? ifEnded : PART + ": " + line);
            }
            if (character == '\n') {
                return line.toString();
            }
            if (character != '\r') {
                line.append((char) character);
            }
        }
    }
}
