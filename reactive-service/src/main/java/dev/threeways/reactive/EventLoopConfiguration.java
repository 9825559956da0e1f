package dev.threeways.reactive;

import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.resources.LoopResources;

/**
 * The threads that do all the work: one set of event loops for inbound connections, the payment API's and the
 * database's. Their number is thus one number, {@code reactor.netty.ioWorkerCount} (by default one per processor, at
 * least four).
 *
 * <p>A request stays on the event loop of its caller's connection. That loop has connections of its own to the database
 * ({@link LoopPools}) and to the payment API ({@link LoopConnectionProvider}). Otherwise two of three answers (with two
 * loops one of two) would arrive on another loop, which has to be woken to take over.
 */
@Configuration(proxyBeanMethods = false)
class EventLoopConfiguration {

    /**
     * One loop does nothing but accept. By default the first of the others accepts between its work, a few connections
     * at a time: under overload callers would not even get connected.
     */
    private static final int ACCEPTING = 1;

    /** Loops of the service's own server ({@link ServerConfiguration}) and of both its clients. */
    @Bean(destroyMethod = "dispose")
    LoopResources eventLoops() {
        return new EventLoops(
                LoopResources.create("event-loop", ACCEPTING, LoopResources.DEFAULT_IO_WORKER_COUNT, true, false));
    }

    /**
     * Times events on the event loops. Reactor's own timers are threads beside them: each timeout that is next due
     * wakes such a thread. Nearly always that is for nothing, since it is cancelled a moment later.
     */
    @Bean
    LoopScheduler loopScheduler(LoopResources eventLoops) {
        return new LoopScheduler(eventLoops.onClient(true));
    }

    /**
     * Replaces Boot's factory, whose resources are global. An application that ends would take along the management
     * ports of others in its JVM, as in a test suite. The management server is on Reactor Netty's default loops either
     * way, so metrics and liveness answer while the loops above are busy.
     */
    @Bean
    ReactorResourceFactory reactorResourceFactory() {
        var resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setLoopResourcesSupplier(() -> LoopResources.create("management", 1, true));
        resources.setShutdownQuietPeriod(Duration.ZERO); // the management server is down by then
        return resources;
    }
}
