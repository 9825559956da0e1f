package dev.threeways.contract;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Observes the clients' requests to the payment API. The simulator's ledger has the requests that arrived whole. This
 * has those that were begun, a request repeated on another connection included.
 */
public final class PaymentTraffic {

    private static final int MAX_PENDING_CHARS = 1 << 20;

    private static final String LAST_CHUNK = "0\r\n\r\n";

    private final List<Exchange> exchanges = new ArrayList<>();

    /**
     * @param header by lower-case name
     * @param body without its chunking, if it had any
     */
    public record Exchange(String requestLine, Map<String, String> header, String body) {}

    /** Tap for {@link Relay}. */
    Tap tap() {
        return new Session();
    }

    /** Exchanges begun under {@code key}, in order. */
    public synchronized List<Exchange> begun(String key) {
        return exchanges.stream().filter(exchange -> key.equals(exchange.header().get("idempotency-key"))).toList();
    }

    /** Exchanges begun so far, of all keys. */
    public synchronized int begun() {
        return exchanges.size();
    }

    private synchronized void add(Exchange exchange) {
        exchanges.add(exchange);
    }

    private final class Session implements Tap {

        private final StringBuilder pending = new StringBuilder();

        @Override
        public void fromClient(byte[] bytes, int length) {
            pending.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
            while (next()) {
            } // a packet may hold more than one request
            if (pending.length() > MAX_PENDING_CHARS) {
                throw new IllegalStateException("Not a request to the payment API: " + pending.substring(0, 200));
            }
        }

        private boolean next() {
            int end = pending.indexOf("\r\n\r\n");
            if (end < 0) {
                return false;
            }
            List<String> lines = pending.substring(0, end).lines().toList();
            Map<String, String> header = new TreeMap<>();
            for (String line : lines.subList(1, lines.size())) {
                int colon = line.indexOf(':');
                header.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
            int next;
            String body;
            if ("chunked".equalsIgnoreCase(header.get("transfer-encoding"))) {
                next = pending.indexOf(LAST_CHUNK, end + 4) + LAST_CHUNK.length();
                if (next < LAST_CHUNK.length()) {
                    return false;
                }
                body = unchunked(pending.substring(end + 4, next));
            } else {
                next = end + 4 + Integer.parseInt(header.getOrDefault("content-length", "0"));
                if (pending.length() < next) {
                    return false;
                }
                body = pending.substring(end + 4, next);
            }
            pending.delete(0, next);
            add(new Exchange(lines.getFirst(), header, body));
            return true;
        }

        /** Bodies here are lines of JSON without line breaks: every other line is a chunk. */
        private static String unchunked(String chunks) {
            List<String> lines = chunks.lines().toList();
            StringBuilder body = new StringBuilder();
            for (int i = 1; i < lines.size(); i += 2) {
                body.append(lines.get(i));
            }
            return body.toString();
        }
    }
}
