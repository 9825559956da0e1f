package dev.threeways.connections;

import java.io.IOException;

/**
 * One loop that listens, accepts, reads and finds the requests in the streams. Complete requests go as messages to the
 * next free worker, as in RAMCloud. The work is even however uneven the connections are. The loop sees every byte, and
 * is the bottleneck where requests need little but reading.
 */
public final class MessageBalanced extends LoopServer {

    public MessageBalanced(ServerSettings settings, Handler handler) {
        super(settings, handler);
    }

    @Override
    void open() throws IOException {
        addLoop("listener-1", false, toWorkers());
    }
}
