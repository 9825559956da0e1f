package dev.threeways.connections;

import java.io.IOException;

/**
 * One thread that listens, accepts, reads and handles, as in Node.js and Redis. It uses one CPU; several processes use
 * more, each on a port or socket of its own.
 */
public final class SingleThreaded extends LoopServer {

    public SingleThreaded(ServerSettings settings, Handler handler) {
        super(settings, handler);
    }

    @Override
    void open() throws IOException {
        addLoop("loop-1", false, onLoop());
    }
}
