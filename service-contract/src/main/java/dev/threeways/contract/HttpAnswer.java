package dev.threeways.contract;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An answer as the contract compares it, byte for byte: status, header and body. Header lines of the moment or the
 * connection are left out.
 *
 * @param header by lower-case name; lines of the same name are joined with a comma (RFC 9110, 5.2)
 * @param body decoded as UTF-8
 */
public record HttpAnswer(int status, Map<String, String> header, String body) {

    /** {@code Date}, and the fields that RFC 9110 (7.6.1) and RFC 9112 assign to the connection and the framing. */
    private static final Set<String> NOT_COMPARED = Set.of("date", "connection", "keep-alive", "transfer-encoding",
            "content-length");

    public HttpAnswer {
        Map<String, String> compared = new TreeMap<>(header);
        compared.keySet().removeAll(NOT_COMPARED);
        header = compared;
    }
}
