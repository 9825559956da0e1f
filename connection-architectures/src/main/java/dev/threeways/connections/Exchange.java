package dev.threeways.connections;

import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.Response;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A request on an event loop, and its answer once there is one. Everything here runs on the loop's thread. */
final class Exchange {

    private final LoopConnection connection;

    private final @Nullable Request request;

    private boolean last;

    private @Nullable Response response;

    /**
     * @param request null for bytes that are no request
     * @param last whether the connection is closed after it
     */
    Exchange(LoopConnection connection, @Nullable Request request, boolean last) {
        this.connection = connection;
        this.request = request;
        this.last = last;
    }

    LoopConnection connection() {
        return connection;
    }

    boolean isLast() {
        return last;
    }

    void makeLast() {
        last = true;
    }

    void complete(Response completed) {
        response = completed;
        connection.answered();
    }

    /** @return null while there is no answer */
    @Nullable
    ByteBuffer answer() {
        return response == null
                ? null
                : ByteBuffer.wrap(response.bytes(!last, request == null || !request.isHead()));
    }
}
