package dev.threeways.connections;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;

/**
 * Several loops that accept from one listening socket, as pre-fork servers do. A connection stays with the loop that
 * took it. The kernel wakes several loops for one connection; the slower ones find nothing
 * ({@link Stats#emptyAccepts()}).
 */
public final class MultipleAcceptors extends LoopServer {

    public MultipleAcceptors(ServerSettings settings, Handler handler) {
        super(settings, handler);
    }

    @Override
    void open() throws IOException {
        ServerSocketChannel socket = bind();
        for (int i = 1; i <= settings().threads().acceptors(); i++) {
            addLoop("acceptor-" + i, socket, onLoop());
        }
    }
}
