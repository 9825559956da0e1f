package dev.threeways.connections;

import java.io.IOException;

/**
 * One loop that listens, accepts, reads and finds the requests in the streams; complete requests go as messages to workers,
 * whichever is free, as in RAMCloud. However uneven the connections are, the work is not; the loop sees every byte, and is
 * the bottleneck of what only reads.
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
