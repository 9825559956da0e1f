package dev.threeways.connections.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A complete request.
 *
 * @param path the target without its query
 * @param fields header fields by their name in lower case; several of one name are joined by commas
 * @param body may be empty
 * @param persistent whether the connection stays open after the answer, as far as the client is concerned
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, which nobody compares
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
