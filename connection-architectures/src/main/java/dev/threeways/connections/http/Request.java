package dev.threeways.connections.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A complete request.
 *
 * @param path the target without its query
 * @param fields header fields by name in lower case; values of one name are joined by commas
 * @param body may be empty
 * @param persistent whether the client keeps the connection open after the answer
 */
@SuppressWarnings("ArrayRecordComponent") // bytes in transit, never compared
public record Request(String method, String path, Map<String, String> fields, byte[] body, boolean persistent) {

    /** @return null if there is no such field */
    public @Nullable String field(String lowerCaseName) {
        return fields.get(lowerCaseName);
    }

    /** An answer to HEAD has the same header fields and no content. */
    public boolean isHead() {
        return method.equals("HEAD");
    }
}
