package dev.threeways.contract.rules;

import dev.threeways.contract.BareListener;
import dev.threeways.contract.BareRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * A payment API that sends any scripted bytes, which no HTTP server would. It can send answers before and after the
 * requested one, with another's key, with a header without end. Each connection is kept open until the client closes
 * it.
 */
final class ScriptedPaymentApi implements AutoCloseable {

    /** Sends its bytes when a request was read. */
    @FunctionalInterface
    interface Script {

        void answer(String key, OutputStream out) throws IOException;
    }

    /** Answers as a payment API should. */
    static final Script WELL = answering(ScriptedPaymentApi::approval);

    private final BareListener listener = BareListener.start(this::serve);

    private volatile Script script = WELL;

    int port() {
        return listener.port();
    }

    /** Takes effect from the next request on. */
    void script(Script next) {
        script = next;
    }

    /** Sends, in one packet if they fit into one, the bytes that {@code answer} makes of a key; as ISO 8859-1. */
    static Script answering(UnaryOperator<String> answer) {
        return (key, out) -> send(answer.apply(key), out);
    }

    static void send(String bytes, OutputStream out) throws IOException {
        out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** The answer that approves the payment with this key. */
    static String approval(String key) {
        return answer("200 OK", "Content-Type: application/json\r\nIdempotency-Key: " + key + "\r\n", body(key));
    }

    static String body(String key) {
        return "{\"paymentId\":\"" + paymentId(key) + "\",\"status\":\"approved\"}";
    }

    static String answer(String status, String header, String body) {
        return "HTTP/1.1 " + status + "\r\n" + header + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** This API's id of the payment with this key. */
    static String paymentId(String key) {
        return "scripted-" + key;
    }

    /** Sends {@code bytes}, unrequested, over every open connection. */
    void sendUnasked(String bytes) {
        for (Socket connection : listener.connections()) {
            try {
                send(bytes, connection.getOutputStream());
            } catch (IOException _) {
                // the client has closed it
            }
        }
    }

    private void serve(Socket connection) throws IOException {
        InputStream in = new BufferedInputStream(connection.getInputStream());
        for (BareRequest request = BareRequest.read(in); request != null; request = BareRequest.read(in)) {
            request.skipBody(in);
            script.answer(request.key(), connection.getOutputStream());
        }
    }

    @Override
    public void close() {
        listener.close();
    }
}
