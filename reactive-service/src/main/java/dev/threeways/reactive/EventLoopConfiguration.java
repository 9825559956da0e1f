package dev.threeways.reactive;

import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.resources.LoopResources;

/**
 * The threads that do all the work: one set of event loops for inbound connections, for those to the payment API and for
 * those to the database, so that their number is one number, {@code reactor.netty.ioWorkerCount} (by default one per
 * processor, at least four).
 *
 * <p>A request stays on the event loop that its caller's connection is on: that loop has connections of its own to the
 * database ({@link LoopPools}) and to the payment API ({@link LoopConnectionProvider}). Else two of three answers would
 * arrive on another loop, with two loops one of two, which has to be woken to take over.
 */
@Configuration(proxyBeanMethods = false)
class EventLoopConfiguration {

    /**
     * One loop does nothing but accept. By default the first of the others does it between its work, a few connections at
     * a time: under overload callers would not even get a connection.
     */
    private static final int ACCEPTING = 1;

    /** Of the service's own server ({@link ServerConfiguration}) and of both its clients. */
    @Bean(destroyMethod = "dispose")
    LoopResources eventLoops() {
        return new EventLoops(
                LoopResources.create("event-loop", ACCEPTING, LoopResources.DEFAULT_IO_WORKER_COUNT, true, false));
    }

    /**
     * Times what happens on the event loops. Reactor's own timers are threads beside them: each time-out that is the
     * next one due wakes such a thread, for nothing, since nearly all are called off a moment later.
     */
    @Bean
    LoopScheduler loopScheduler(LoopResources eventLoops) {
        return new LoopScheduler(eventLoops.onClient(true));
    }

    /**
     * In place of Boot's: with that, an application that ends in a JVM where others go on, as in a test suite, takes their
     * management ports with it. The server of this one's is on Reactor Netty's default loops either way, so that metrics
     * and liveness answer while the loops above are busy.
     */
    @Bean
    ReactorResourceFactory reactorResourceFactory() {
        var resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setLoopResourcesSupplier(() -> LoopResources.create("management", 1, true));
        resources.setShutdownQuietPeriod(Duration.ZERO); // its server is down by then
        return resources;
    }
}
