package dev.threeways.simulator;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** One connection and its bytes: an HTTP client would hide the faults. */
final class RawClient implements AutoCloseable {

    static final String PAYMENT = "{\"orderId\":42,\"amount\":12.34,\"currency\":\"EUR\"}";

    private static final Pattern CONTENT_LENGTH = Pattern.compile("\r\ncontent-length: (\\d+)\r\n");

    private final Socket socket;

    /** @param head in lower case, with the empty line */
    record Answer(String head, String body) {

        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        static int contentLength(String head) {
            var matcher = CONTENT_LENGTH.matcher(head);
            if (!matcher.find()) {
                throw new AssertionError("no content-length in " + head);
            }
            return Integer.parseInt(matcher.group(1));
        }
    }

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
    }

    static String payment(String key) {
        return "POST /payments HTTP/1.1\r\nHost: x\r\nIdempotency-Key: " + key
                + "\r\nContent-Type: application/json\r\nContent-Length: " + PAYMENT.length() + "\r\n\r\n" + PAYMENT;
    }

    RawClient send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** @return the number of bytes read; -1 at the end */
    int read(byte[] buffer) throws IOException {
        return socket.getInputStream().read(buffer);
    }

    String readHead() throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new EOFException("closed after: " + head.toString(StandardCharsets.US_ASCII));
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    }

    Answer readAnswer() throws IOException {
        String head = readHead();
        byte[] body = socket.getInputStream().readNBytes(Answer.contentLength(head));
        return new Answer(head, new String(body, StandardCharsets.US_ASCII));
    }

    /** Reads until the connection ends in good order. */
    String readToEnd() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
