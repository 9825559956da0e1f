package dev.threeways.contract;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One HTTP/1.1 connection of a client that sends exactly what it is given and shows exactly what came back. Any real
 * client would repair, retry, pool or refuse some of what the contract is about.
 */
public final class HttpConnection implements AutoCloseable {

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    /** Longer than any service may take; a test that reaches it has failed. */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);

    private static final String INTERIM = "HTTP/1.1 1";

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private final Socket socket;

    private final InputStream in;

    private int interimAnswers;

    private HttpConnection(Socket socket, InputStream in) {
        this.socket = socket;
        this.in = in;
    }

    /** A connection on which a read gives up after 20 s. */
    public static HttpConnection open(int port) throws IOException {
        return open(port, READ_TIMEOUT);
    }

    /** @param readTimeout after which a read gives up with a {@link SocketTimeoutException} */
    public static HttpConnection open(int port, Duration readTimeout) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MILLIS);
        socket.setSoTimeout(Math.toIntExact(readTimeout.toMillis()));
        socket.setTcpNoDelay(true);
        return new HttpConnection(socket, new BufferedInputStream(socket.getInputStream()));
    }

    public void send(HttpCall call) throws IOException {
        send(call.bytes());
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Sends a request and reads the next answer. */
    public HttpAnswer exchange(HttpCall call) throws IOException {
        send(call);
        return read(call.method());
    }

    /** Whether something has come back that was not read yet. */
    public boolean hasAnswer() throws IOException {
        return in.available() > 0;
    }

    /**
     * Reads the next answer.
     *
     * @param method of the request, because an answer to HEAD has no body whatever its header says
     * @throws EOFException if the connection ended before a whole answer had come
     */
    public HttpAnswer read(String method) throws IOException {
        String statusLine = line();
        while (statusLine.startsWith(INTERIM)) { // such as 100 Continue
            interimAnswers++;
            while (!line().isEmpty()) {
            } // its header
            statusLine = line();
        }
        if (!statusLine.matches("HTTP/1\\.[01] \\d{3}( .*)?")) {
            throw new IOException("Not a status line: " + statusLine);
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        Map<String, String> header = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("Not a header line: " + line);
            }
            header.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip(),
                    (first, second) -> first + ", " + second);
        }
        byte[] body = method.equals("HEAD") || status == 204 || status == 304 ? new byte[0] : body(header);
        return new HttpAnswer(status, header, new String(body, StandardCharsets.UTF_8));
    }

    /** Interim answers (1xx) read so far. */
    public int interimAnswers() {
        return interimAnswers;
    }

    /** Whether the next answer is an interim one; waits for its first bytes, and leaves them to be read. */
    public boolean isInterimNext() throws IOException {
        in.mark(INTERIM.length());
        byte[] start = in.readNBytes(INTERIM.length());
        in.reset();
        return new String(start, StandardCharsets.ISO_8859_1).equals(INTERIM);
    }

    /** Whether the other side has closed the connection and nothing is left to be read; waits for either. */
    public boolean isAtEnd() throws IOException {
        in.mark(1);
        boolean ended = in.read() < 0;
        in.reset();
        return ended;
    }

    private byte[] body(Map<String, String> header) throws IOException {
        if ("chunked".equalsIgnoreCase(header.get("transfer-encoding"))) {
            return chunks();
        }
        String length = header.get("content-length");
        return length == null ? in.readAllBytes() : exactly(Integer.parseInt(length));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
            body.writeBytes(exactly(size));
            if (size == 0) {
                while (!line().isEmpty()) {
                } // trailers
                return body.toByteArray();
            }
            if (!line().isEmpty()) {
                throw new IOException("A chunk does not end where it says");
            }
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("The answer ends after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < MAX_HEADER_BYTES) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("The connection ended before a whole answer had come: '" + line + "'");
            }
            if (b == '\n') {
                if (line.length() > 0 && line.charAt(line.length() - 1) == '\r') {
                    line.setLength(line.length() - 1);
                }
                return line.toString();
            }
            line.append((char) b);
        }
        throw new IOException("A header line of more than " + MAX_HEADER_BYTES + " bytes");
    }

    /** Whether the other side has closed the connection; waits for it, discarding what still comes. */
    public boolean isEndedByPeer() {
        try {
            while (in.read() >= 0) {
            } // to the end
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true; // reset: ended, too
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Ends the connection like a client that no longer waits. */
    public void hangUp() throws IOException {
        socket.close();
    }

    /** Announces that no more is sent, and still reads. */
    public void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends the connection like a client that died: with a TCP reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
