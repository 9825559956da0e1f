package dev.threeways.connections;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Ways to take connections, by their name on the command line. */
public enum Architecture {

    SINGLE_THREADED("one thread listens, accepts, reads and handles"),
    THREAD_PER_CONNECTION("one acceptor, a platform thread for each connection"),
    VIRTUAL_THREAD_PER_CONNECTION("one acceptor, a virtual thread for each connection"),
    MULTIPLE_ACCEPTORS("several loops accept from one shared socket"),
    MESSAGE_BALANCED("one loop accepts, reads and parses; requests go to workers"),
    SOCKET_SHARDED("several loops, each with a socket of its own on one port (SO_REUSEPORT)"),
    SHARDED_AND_BALANCED("several such loops that read and parse; requests go to workers they share"),
    JDK("for reference: the JDK's HttpServer, a virtual thread for each request"),
    NETTY_NIO("for reference: Netty on the JDK's selector"),
    NETTY_EPOLL("for reference: Netty on its own epoll"),
    NETTY_IO_URING("for reference: Netty on io_uring");

    private final String summary;

    Architecture(String summary) {
        this.summary = summary;
    }

    /** @throws IllegalArgumentException naming the known architectures */
    public static Architecture of(String name) {
        return Arrays.stream(values())
                .filter(architecture -> architecture.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no architecture '" + name + "', but "
                        + List.of(values())));
    }

    /** Describes the architecture in one line. */
    public String summary() {
        return summary;
    }

    /** @return why it cannot be run here; null if it can */
    public @Nullable String unavailable() {
        return switch (this) {
            case NETTY_EPOLL -> NettyServer.Transport.EPOLL.unavailable();
            case NETTY_IO_URING -> NettyServer.Transport.IO_URING.unavailable();
            default -> null;
        };
    }

    /** Whether several processes can listen on one port. */
    public boolean canShareAPort() {
        return switch (this) {
            case JDK, NETTY_NIO, NETTY_EPOLL, NETTY_IO_URING -> false;
            default -> true;
        };
    }

    /** Creates the server without starting it. */
    public ConnectionServer server(ServerSettings settings, Handler handler) {
        return switch (this) {
            case SINGLE_THREADED -> new SingleThreaded(settings, handler);
            case THREAD_PER_CONNECTION -> SingleAcceptor.withPlatformThreads(settings, handler);
            case VIRTUAL_THREAD_PER_CONNECTION -> SingleAcceptor.withVirtualThreads(settings, handler);
            case MULTIPLE_ACCEPTORS -> new MultipleAcceptors(settings, handler);
            case MESSAGE_BALANCED -> new MessageBalanced(settings, handler);
            case SOCKET_SHARDED -> new SocketSharded(settings, handler);
            case SHARDED_AND_BALANCED -> new ShardedAndBalanced(settings, handler);
            case JDK -> new JdkServer(settings, handler);
            case NETTY_NIO -> new NettyServer(NettyServer.Transport.NIO, settings, handler);
            case NETTY_EPOLL -> new NettyServer(NettyServer.Transport.EPOLL, settings, handler);
            case NETTY_IO_URING -> new NettyServer(NettyServer.Transport.IO_URING, settings, handler);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
