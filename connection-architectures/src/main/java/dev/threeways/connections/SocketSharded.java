package dev.threeways.connections;

import java.io.IOException;

/**
 * Several loops, each with a listening socket of its own on the same port ({@code SO_REUSEPORT}), as in NGINX, Envoy
 * and HAProxy. They may be in several processes. The kernel chooses a socket by a hash of the connection's addresses,
 * so loops do not contend for connections. No loop makes up for a shard that has too many, or that died with some in
 * its backlog.
 */
public final class SocketSharded extends LoopServer {

    public SocketSharded(ServerSettings settings, Handler handler) {
        super(settings, handler);
    }

    @Override
    void open() throws IOException {
        for (int i = 1; i <= settings().threads().acceptors(); i++) {
            addLoop("shard-" + i, true, onLoop());
        }
    }
}
