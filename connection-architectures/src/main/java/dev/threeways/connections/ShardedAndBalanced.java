package dev.threeways.connections;

import java.io.IOException;

/**
 * {@link SocketSharded} in front of {@link MessageBalanced}: several loops accept and read, each from a listening
 * socket of its own. Complete requests go to workers they share.
 */
public final class ShardedAndBalanced extends LoopServer {

    public ShardedAndBalanced(ServerSettings settings, Handler handler) {
        super(settings, handler);
    }

    @Override
    void open() throws IOException {
        for (int i = 1; i <= settings().threads().acceptors(); i++) {
            addLoop("listener-" + i, true, toWorkers());
        }
    }
}
