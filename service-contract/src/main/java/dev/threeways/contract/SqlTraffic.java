package dev.threeways.contract;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Observes the clients' messages to PostgreSQL (frontend/backend protocol 3, "Message Formats" in PostgreSQL's
 * documentation). Statements can thus be counted as they go over the wire, whatever the driver.
 */
public final class SqlTraffic {

    /** Requests in place of a startup message, which the server answers with one byte. */
    private static final int SSL_REQUEST = 80877103;

    private static final int GSS_ENCRYPTION_REQUEST = 80877104;

    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final List<String> executed = new ArrayList<>();

    /** Tap for {@link Relay}. */
    Tap tap() {
        return new Session();
    }

    /** The texts of all statements executed so far, one for each execution, in order. */
    public synchronized List<String> executed() {
        return List.copyOf(executed);
    }

    private synchronized void add(String sql) {
        executed.add(sql);
    }

    private final class Session implements Tap {

        private final Map<String, String> statements = new HashMap<>();

        private final Map<String, String> portals = new HashMap<>();

        private ByteBuffer pending = ByteBuffer.allocate(0);

        private boolean started;

        @Override
        public void fromClient(byte[] bytes, int length) {
            ByteBuffer joined = ByteBuffer.allocate(pending.remaining() + length);
            joined.put(pending).put(bytes, 0, length).flip();
            pending = joined;
            while (next()) {
            } // a packet may hold many messages
        }

        /** @return whether a whole message was there */
        private boolean next() {
            int head = started ? 5 : 4;
            if (pending.remaining() < head) {
                return false;
            }
            int length = pending.getInt(pending.position() + head - 4);
            if (length < 4 || length > MAX_MESSAGE_BYTES) {
                throw new IllegalStateException("Not a message of PostgreSQL's protocol: length " + length);
            }
            if (pending.remaining() < head - 4 + length) {
                return false;
            }
            char type = started ? (char) pending.get() : 0;
            byte[] body = new byte[length - 4];
            pending.position(pending.position() + 4);
            pending.get(body);
            if (started) {
                message(type, ByteBuffer.wrap(body));
            } else {
                int code = ByteBuffer.wrap(body).getInt();
                started = code != SSL_REQUEST && code != GSS_ENCRYPTION_REQUEST;
            }
            return true;
        }

        private void message(char type, ByteBuffer body) {
            switch (type) {
                case 'Q' -> add(text(body));
                case 'P' -> {
                    String name = text(body);
                    statements.put(name, text(body));
                }
                case 'B' -> {
                    String portal = text(body);
                    portals.put(portal, statements.getOrDefault(text(body), "(unknown statement)"));
                }
                case 'E' -> add(portals.getOrDefault(text(body), "(unknown portal)"));
                default -> {
                    // Describe, Sync, Close, Terminate, passwords: nothing is executed
                }
            }
        }

        /** Text up to the next zero byte. */
        private static String text(ByteBuffer body) {
            int start = body.position();
            while (body.get() != 0) {
            } // finds the end
            byte[] text = new byte[body.position() - start - 1];
            body.get(start, text);
            return new String(text, StandardCharsets.UTF_8);
        }
    }
}
