package dev.threeways.reactive;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * Event loops whose end is waited for: their last work is done before the log, the last to go, is closed. Reactor
 * Netty's own end in the background.
 */
record EventLoops(LoopResources loops) implements LoopResources {

    private static final Duration AT_MOST = Duration.ofSeconds(5);

    /** Loops for a client that opens a connection on the calling loop. */
    static LoopResources onCallingLoop(LoopResources eventLoops) {
        EventLoopGroup colocated = LoopResources.colocate(eventLoops.onClient(true));
        return _ -> colocated;
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops.onServer(useNative);
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return loops.onServerSelect(useNative);
    }

    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return loops.disposeLater(quietPeriod, timeout);
    }

    @Override
    public void dispose() {
        disposeLater(Duration.ZERO, AT_MOST).onErrorComplete().toFuture().join();
    }

    @Override
    public boolean isDisposed() {
        return loops.isDisposed();
    }
}
